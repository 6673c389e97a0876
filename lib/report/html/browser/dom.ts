/**
 * The part of the DOM that the page's script uses. The project's compiler settings leave the DOM out, so that nothing
 * else can reach for it; these few types bring it in for this folder alone.
 */
export type PageElement = {
  hidden: boolean
  textContent: string | null
  value: string
  readonly dataset: Record<string, string | undefined>
  readonly style: Record<string, string>
  readonly clientWidth: number
  readonly parentElement: PageElement | null
  readonly rows: ArrayLike<PageElement>
  readonly cells: ArrayLike<PageElement>
  append(...nodes: (PageElement | string)[]): void
  replaceChildren(...nodes: PageElement[]): void
  replaceWith(node: PageElement): void
  remove(): void
  setAttribute(name: string, value: string): void
  getAttribute(name: string): string | null
  removeAttribute(name: string): void
  querySelector(selector: string): PageElement | null
  querySelectorAll(selector: string): ArrayLike<PageElement>
  closest(selector: string): PageElement | null
  getBoundingClientRect(): {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  setPointerCapture(id: number): void
  addEventListener(type: string, listener: (event: PageEvent) => void): void
}

export type PageEvent = {
  readonly target: PageElement
  readonly clientX: number
  readonly clientY: number
  readonly pointerId: number
  readonly pointerType: string
  readonly button: number
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  preventDefault(): void
}

type PageDocument = {
  readonly documentElement: PageElement
  createElement(tag: string): PageElement
  createElementNS(namespace: string, tag: string): PageElement
  getElementById(id: string): PageElement | null
  querySelector(selector: string): PageElement | null
  querySelectorAll(selector: string): ArrayLike<PageElement>
}

type PageGlobals = {
  readonly document: PageDocument
  readonly localStorage: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  }
  matchMedia(query: string): { readonly matches: boolean; addEventListener(type: 'change', listener: () => void): void }
  requestAnimationFrame(run: () => void): void
  ResizeObserver: new (changed: () => void) => { observe(element: PageElement): void }
}

export const page = globalThis as unknown as PageGlobals

export const all = (selector: string): PageElement[] => Array.from(page.document.querySelectorAll(selector))
