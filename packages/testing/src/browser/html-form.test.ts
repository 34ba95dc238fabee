import { describe, expect, it } from 'vitest'
import { fillIn } from './form-data.ts'
import { readForms } from './html-form.ts'

const PAGE = `<!doctype html>
<!-- <form action="/comment"></form> -->
<script>document.write('<form action="/script">')</script>
<form method="post" action='/a?x=1&amp;y=2'>
  <input type=hidden name=csrf value="&lt;&#34;&#x41;&quot;">
  <input name="text" value="as it was">
  <input type="radio" name="user" value="one" checked><input type="radio" name="user" value="two">
  <input type="checkbox" name="agree"><input type="checkbox" name="news" value="yes" checked>
  <select name="size"><option value="s">Small</option><option selected>Large</option></select>
  <textarea name="note">a &amp; b</textarea>
  <input name="off" value="1" disabled><input type="reset" value="x">
  <button type="button" name="js" value="1">No</button>
  <button name="decision" value="approve">Yes</button><button name="decision" value="deny">No</button>
</form>
<form action="search"><input name="q"></form>
<input name="outside" value="1">`

const [first, second] = readForms(PAGE)
const filled = (fields: Record<string, string>) => {
  if (first === undefined) throw new Error('The page has a form')
  return fillIn(first, fields)
}

describe('the forms of a page', () => {
  it('are found, but not in comments and scripts', () => {
    expect(readForms(PAGE)).toHaveLength(2)
    expect(first).toMatchObject({ method: 'POST', action: '/a?x=1&y=2' })
    expect(second).toMatchObject({ method: 'GET', action: 'search' })
  })

  it('send what is chosen, and the first button, when nobody touches them', () => {
    expect([...filled({})]).toEqual([
      ['csrf', '<"A"'],
      ['text', 'as it was'],
      ['user', 'one'],
      ['news', 'yes'],
      ['size', 'Large'],
      ['note', 'a & b'],
      ['decision', 'approve'],
    ])
  })

  it('send what a person fills in, chooses and presses', () => {
    const sent = filled({ text: 'new', user: 'two', agree: 'on', size: 's', decision: 'deny' })
    expect([...sent]).toEqual([
      ['csrf', '<"A"'],
      ['text', 'new'],
      ['user', 'two'],
      ['agree', 'on'],
      ['news', 'yes'],
      ['size', 's'],
      ['note', 'a & b'],
      ['decision', 'deny'],
    ])
  })

  it.each([{ user: 'three' }, { decision: 'maybe' }, { missing: 'x' }, { off: '2' }, { js: '1' }, { outside: '2' }])(
    'cannot be made to send %j',
    (fields) => {
      expect(() => filled(fields)).toThrow('no control')
    },
  )
})
