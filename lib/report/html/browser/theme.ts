import { page } from './dom.ts'

const KEY = 'squall-theme'

/** A button between light and dark. Without a choice the system decides; a choice is kept where the browser allows it. */
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
    root.dataset['theme'] = next
    keep(next)
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

function keep(theme: string): void {
  try {
    page.localStorage.setItem(KEY, theme)
  } catch {
    return
  }
}
