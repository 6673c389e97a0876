const prefix = 'threshold: '

/** How the control item says that a breached threshold, and nobody from outside, stopped the load. */
export const thresholdStop = {
  format: (threshold: string): string => `${prefix}${threshold}`,
  /** The threshold's text; undefined for any other reason. */
  parse: (reason: string): string | undefined => (reason.startsWith(prefix) ? reason.slice(prefix.length) : undefined),
} as const
