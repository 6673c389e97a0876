import { EXPECTED_REGION, isRegion, nearestRegion } from '../plan/region.ts'
import { type OptionFaults, optionFault } from './option-faults.ts'

type Assignments = readonly (readonly [string, string])[]

/** Readers of options' values. A wrong one is left with the faults, and what stands for it is never used. */
export function optionParsers(faults: OptionFaults) {
  const refuse = <T>(option: string, message: string, instead: T): T => {
    faults.add(optionFault(option, message))
    return instead
  }
  return {
    wholeNumber: (option: string, least: number, most: number) => (text: string) => {
      const value = Number(text)
      if (/^\d+$/.test(text) && value >= least && value <= most) return value
      return refuse(option, ` ${text}: expected a whole number from ${least} to ${most}`, least)
    },

    /** Reads one `name=value` and adds it to those before. */
    assignment: (option: string, example: string) => (text: string, before: Assignments) => {
      const split = text.indexOf('=')
      if (split < 1) return refuse(option, ` ${text}: expected name=value, such as ${option} ${example}`, before)
      return [...before, [text.slice(0, split), text.slice(split + 1)] as const]
    },

    regionName: (text: string) => {
      if (isRegion(text)) return text
      const near = nearestRegion(text)
      const fix = near === undefined ? '' : `; fix: --region ${near}`
      return refuse('--region', ` ${text}: expected ${EXPECTED_REGION}${fix}`, text)
    },
  }
}
