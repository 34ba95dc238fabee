import type { AnimeEntry, AnimeGroup, AnimeList } from '../anime-list.ts'
import { type Html, html } from './html.ts'

/** The user's anime, laid like bricks; or why it is not there, and what to do. */
export function shelf(list: AnimeList): Html {
  return html`<section class="shelf" aria-labelledby="shelf">
<h2 id="shelf">Your list</h2>
${content(list)}
</section>`
}

function content(list: AnimeList): Html {
  switch (list.state) {
    case 'ready':
      return list.groups.length === 0
        ? html`<p class="notice">There is nothing on your list yet.</p>`
        : html`${list.groups.map(group)}`
    case 'busy':
      return html`<p class="notice" role="status">AniList asks for patience: too many requests. Your list will be back in about ${list.retryAfter} seconds. You are still signed in. <a href="/me">Look again</a></p>`
    case 'unavailable':
      return html`<p class="notice" role="status">AniList’s API cannot be reached at the moment. You are still signed in. <a href="/me">Look again</a></p>`
    case 'sign-in-over':
      return html`<p class="notice" role="status">AniList no longer accepts this sign-in. <a href="/auth/login/anilist?return_to=%2Fme">Sign in again</a></p>`
  }
}

function group({ name, entries }: AnimeGroup): Html {
  return html`<h3>${name}</h3>
<ul class="bricks">
${entries.map(brick)}</ul>
`
}

function brick({ title, cover, progress, episodes, score }: AnimeEntry): Html {
  const image =
    cover === undefined ? undefined : html`<img src="${cover}" alt="" width="60" height="85" loading="lazy">`
  const bar =
    episodes === undefined
      ? undefined
      : html`<progress value="${progress}" max="${episodes}" aria-hidden="true"></progress>`
  const verdict =
    score === undefined ? undefined : html`<span class="score">${score}<span class="hidden"> out of 10</span></span>`
  return html`<li>${image}<div><p class="title"><bdi>${title}</bdi></p><p class="fine">${standing(progress, episodes)}</p>${bar}</div>${verdict}</li>
`
}

function standing(progress: number, episodes: number | undefined): string {
  if (progress === 0) return episodes === undefined ? 'Not begun' : `Not begun, ${episodes} episodes`
  if (progress === episodes) return episodes === 1 ? 'Seen' : `All ${episodes} episodes seen`
  return episodes === undefined ? `Episode ${progress}, still running` : `Episode ${progress} of ${episodes}`
}
