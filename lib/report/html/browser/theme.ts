import { page } from './dom.ts'

const KEY = 'squall-theme'

/** A button between light and dark. Without a choice the system decides, and what the system says is no choice; one is kept where the browser allows it. */
export function themeToggle(): void {
  const button = page.document.querySelector('[data-theme-toggle]')
  if (!button) return
  const root = page.document.documentElement
  const system = page.matchMedia('(prefers-color-scheme: dark)')
  const dark = (): boolean => (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const show = (): void => {
    button.textContent = dark() ? 'Light' : 'Dark'
    button.setAttribute('aria-label', dark() ? 'Change to light colours' : 'Change to dark colours')
  }
  const kept = read()
  if (kept === 'light' || kept === 'dark') root.dataset['theme'] = kept
  button.addEventListener('click', () => {
    const next = dark() ? 'light' : 'dark'
    if (next === (system.matches ? 'dark' : 'light')) delete root.dataset['theme']
    else root.dataset['theme'] = next
    keep(root.dataset['theme'])
    show()
  })
  system.addEventListener('change', show)
  button.hidden = false
  show()
}

/** Storage may be denied to a file opened from disk: then the choice lasts as long as the page. */
function read(): string | null {
  try {
    return page.localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function keep(theme: string | undefined): void {
  try {
    if (theme === undefined) page.localStorage.removeItem(KEY)
    else page.localStorage.setItem(KEY, theme)
  } catch {
    return
  }
}
