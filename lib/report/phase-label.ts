/** A phase's name, or what it does where it was given none (its name is then a number). */
export function phaseLabel(phase: { readonly name: string; readonly text: string; readonly warmup: boolean }): string {
  const label = /^\d+$/.test(phase.name) ? phase.text : phase.name
  return phase.warmup && !/warm/i.test(label) ? `warm-up ${label}` : label
}
