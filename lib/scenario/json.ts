/** Any value that JSON can hold. What a scenario, a saved value or an artifact carries is always one of these. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
