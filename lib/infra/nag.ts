import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** Findings of cdk-nag that are accepted on a construct and what is below it, each with its reason. */
export function accept(construct: IConstruct, reasons: { readonly [finding: string]: string }): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })))
}
