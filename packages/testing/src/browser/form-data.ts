import type { Control, HtmlForm } from './html-form.ts'

/**
 * What a form sends when a person fills it in with `fields` and presses the button among them, or else the first
 * button. Throws when the form has no such control or choice: a person could not have done it.
 */
export function fillIn({ controls }: HtmlForm, fields: Readonly<Record<string, string>>): URLSearchParams {
  for (const [name, value] of Object.entries(fields)) {
    const found = controls.some(
      (control) => control.name === name && (control.kind === 'field' || control.value === value),
    )
    if (!found) throw new Error(`The form has no control "${name}" that can be "${value}"`)
  }
  const buttons = controls.filter(({ kind }) => kind === 'button')
  const pressed = buttons.find(({ name, value }) => name !== '' && fields[name] === value) ?? buttons[0]
  const sent = controls.filter((control) => control.name !== '' && isSent(control, fields, pressed, controls))
  return new URLSearchParams(
    sent.map(({ kind, name, value }): [string, string] => [name, kind === 'field' ? (fields[name] ?? value) : value]),
  )
}

function isSent(
  control: Control,
  fields: Readonly<Record<string, string>>,
  pressed: Control | undefined,
  controls: readonly Control[],
): boolean {
  const { kind, name, value, chosen } = control
  if (kind === 'button') return control === pressed
  if (kind === 'field') return true
  const isGiven = fields[name] !== undefined && controls.some((other) => other.kind === 'choice' && other.name === name)
  return isGiven ? fields[name] === value : chosen
}
