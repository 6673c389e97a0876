/** Line breaks and tabs of any kind: blank, so that a text stays on its line. */
const BLANK = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu
/** C0 controls, DEL and C1 controls (U+009B opens an escape sequence as ESC [ does). */
const CONTROL = /\p{Cc}/gu
/**
 * Lone surrogates, non-characters and format characters, among them the bidirectional overrides that let a text be
 * shown in another order than it is read (Boucher and Anderson, Trojan Source, 2021). The two joiners stay: scripts
 * and emoji need them.
 */
const UNSEEN = /[\p{Cs}\ufffe\uffff]|(?![\u200c\u200d])\p{Cf}/gu
/** More marks on one letter than any language writes would climb over neighbouring lines. */
const STACKED = /(\p{M}{4})\p{M}+/gu

const REPLACEMENT = '\ufffd'

/** C0 controls have pictures of their own in Unicode: ESC is shown as U+241B. */
function picture(control: string): string {
  const code = control.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : REPLACEMENT
}

/**
 * Text from a scenario or an answer on one line and with nothing in it that a terminal, a spreadsheet or an XML reader
 * acts upon. What was there stays visible as a picture or as U+FFFD.
 */
export function visibleText(text: string): string {
  return text.replace(BLANK, ' ').replace(CONTROL, picture).replace(UNSEEN, REPLACEMENT).replace(STACKED, '$1')
}
