// The Lambda Node runtime, as one process: loads the handler named by _HANDLER from
// LAMBDA_TASK_ROOT, then serves one invocation at a time over the control socket whose file
// descriptor is LOCAL_LAMBDA_FD. Messages are JSON, one a line.
//
//   to this process:   {id, arn, event, deadline, trace}
//   from this process: {ready: true} | {init: error} once, then {id, ok: json} | {id, error}
//
// stdout and stderr are the function's log. After each invocation the line in LOCAL_LAMBDA_FENCE
// goes to stdout, which tells the reader that the log of that invocation is complete.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const env = process.env
const taskRoot = env.LAMBDA_TASK_ROOT
const fence = env.LOCAL_LAMBDA_FENCE
const control = new Socket({ fd: Number(env.LOCAL_LAMBDA_FD) })
delete env.LOCAL_LAMBDA_FD
delete env.LOCAL_LAMBDA_FENCE

const send = (message, then) => control.write(`${JSON.stringify(message)}\n`, then)

// The shape in which Lambda returns an error to its caller.
function lambdaError(error, type) {
  const isError = error instanceof Error || (error && typeof error === 'object' && 'message' in error)
  return {
    errorType: type ?? (isError ? (error.name ?? 'Error') : typeof error),
    errorMessage: isError ? String(error.message) : String(error),
    trace: isError && error.stack ? String(error.stack).split('\n') : [],
  }
}

function fail(type, message) {
  throw Object.assign(new Error(message), { name: type })
}

async function loadHandler() {
  const parts =
    /^(.*?)([^/]+?)\.(.+)$/.exec(env._HANDLER ?? '') ??
    fail('Runtime.MalformedHandlerName', `Bad handler ${env._HANDLER}`)
  const [, folder, file, path] = parts
  const base = resolve(taskRoot, folder, file)
  const found = ['', '.js', '.mjs', '.cjs'].map(ext => base + ext).find(name => existsSync(name))
  if (!found) fail('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`)
  let module
  try {
    // import() reads ESM and CommonJS alike; a CommonJS bundle whose exports Node cannot name
    // statically is read again through require().
    module = await import(pathToFileURL(found).href)
    if (get(module, path) === undefined && module.default) {
      module =
        get(module.default, path) === undefined && !found.endsWith('.mjs')
          ? createRequire(found)(found)
          : module.default
    }
  } catch (error) {
    if (error instanceof SyntaxError) error.name = 'Runtime.UserCodeSyntaxError'
    else if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND')
      error.name = 'Runtime.ImportModuleError'
    throw error
  }
  const handler = get(module, path)
  if (handler === undefined) fail('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`)
  if (typeof handler !== 'function') fail('Runtime.HandlerNotFound', `${env._HANDLER} is not a function`)
  if (handler.length >= 3)
    fail(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    )
  return handler
}

function get(object, path) {
  return path.split('.').reduce((value, key) => value?.[key], object)
}

let current // the id of the invocation in progress

function die(kind, error) {
  console.error(`${kind}\t`, error)
  const failure = lambdaError(error instanceof Error ? error : new Error(String(error)), kind)
  process.stdout.write(`${fence}\n`)
  if (current === undefined) process.exit(1)
  send({ id: current, error: failure }, () => process.exit(1))
}
process.on('uncaughtException', error => die('Runtime.UncaughtException', error))
process.on('unhandledRejection', error => die('Runtime.UnhandledPromiseRejection', error))

control.on('close', () => process.exit(0))
control.on('error', () => process.exit(0))

let handler
try {
  handler = await loadHandler()
} catch (error) {
  console.error('Init error\t', error)
  await new Promise(done => send({ init: lambdaError(error) }, done))
  process.exit(1)
}

createInterface({ input: control, crlfDelay: Infinity }).on('line', async line => {
  const { id, arn, event, deadline, trace } = JSON.parse(line)
  current = id
  env._X_AMZN_TRACE_ID = trace
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: arn,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  let answer
  try {
    const result = await handler(JSON.parse(event), context)
    answer = { id, ok: JSON.stringify(result === undefined ? null : result) ?? 'null' }
  } catch (error) {
    console.error(`${new Date().toISOString()}\t${id}\tERROR\tInvoke Error\t`, error)
    answer = { id, error: lambdaError(error) }
  }
  current = undefined
  process.stdout.write(`${fence}\n`)
  send(answer)
})

send({ ready: true })
