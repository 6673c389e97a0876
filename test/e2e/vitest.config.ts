import { defineConfig } from 'vitest/config'
import { CaseOrder } from './case-order.ts'

/** `npm run e2e`: the cases of this folder, one after another, against one deployment on a local AWS. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/e2e/deployment.ts'],
    setupFiles: ['test/e2e/environment.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    fileParallelism: false,
    sequence: { sequencer: CaseOrder },
    testTimeout: 300_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
})
