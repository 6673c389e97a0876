import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import type { FunctionName } from '../plan/function-memory.ts'
import { codeFile } from './package-folder.ts'

/**
 * A function's code: one ES module with what every invocation needs, and chunks beside it for what is imported where it is
 * used, such as a parser that few scenarios ask for. CDK's NodejsFunction knows one file only, which a cold start would
 * have to read to its end.
 */
export function bundledCode(name: FunctionName): Code {
  return Code.fromAsset(dirname(codeFile('functions/lambda/plan')), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run, as the bundling below always succeeds or throws; CDK tells the functions' code apart by the command.
      image: DockerImage.fromRegistry('none'),
      command: [name],
      local: {
        tryBundle(folder) {
          const { status } = spawnSync(process.execPath, [codeFile('lib/infra/bundle-main'), name, folder], {
            stdio: ['ignore', 'inherit', 'inherit'],
          })
          if (status !== 0) throw new Error(`the code of ${name} cannot be bundled: see above`)
          return true
        },
      },
    },
  })
}
