/** The CDK app; `cdk` starts it in the folder whose squall.config.ts is meant. */
import { synthesize } from '../lib/infra/synthesize.ts'

process.exitCode = await synthesize(process.cwd(), text => process.stderr.write(text))
