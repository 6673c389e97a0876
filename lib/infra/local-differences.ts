import type { Stack } from 'aws-cdk-lib'

/**
 * Where the local AWS (LocalStack 4.14, MiniStack) refuses what AWS documents. The template keeps AWS's way; with
 * `local: true` it is changed here, and nowhere else.
 */
export function applyLocalDifferences(_stack: Stack): void {}
