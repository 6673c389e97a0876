/** The pattern with its flags written inside it, as RE2 reads them: `(?i)id`. */
export function withInlineFlags(pattern: string, flags: string): string {
  return flags === '' ? pattern : `(?${flags})${pattern}`
}
