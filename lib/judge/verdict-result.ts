export type VerdictResult = 'pass' | 'fail' | 'inconclusive'
