/** Where in an answer a value comes from. Paths, selectors and patterns were compiled once when the scenario was read. */
export type Source =
  | { readonly kind: 'status' }
  | { readonly kind: 'time' }
  | { readonly kind: 'size' }
  | { readonly kind: 'body' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string }
  /** RFC 9535. */
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'css'; readonly selector: string; readonly attribute?: string }
  /** RE2 syntax; group 1 if it has one, else the whole match. */
  | { readonly kind: 'regex'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'xml'; readonly path: string }

/** `first` takes the first match, `all` the list of matches, `any` one of them, chosen by the iteration's seed. */
export type Pick = 'first' | 'all' | 'any'
