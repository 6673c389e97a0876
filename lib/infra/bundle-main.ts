/** Bundles one function in a process of its own: `node bundle-main.ts FUNCTION FOLDER`. CDK asks for code synchronously. */
import { bundleFunction } from './bundle-function.ts'
import { codeFile } from './package-folder.ts'

const [name, folder] = process.argv.slice(2)
if (name === undefined || folder === undefined) throw new Error('bundle-main FUNCTION FOLDER')
await bundleFunction(codeFile(`functions/lambda/${name}`), folder)
