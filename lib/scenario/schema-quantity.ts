import * as z from 'zod'

/** A number and its unit in one text: typed as a template literal, so that an editor and `tsc` catch `5 m` and `300 rpm`. */
export const duration = z
  .templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h'])])
  .meta({ id: 'duration', description: 'A duration: 500ms, 30s, 5m, 1h.' })

export const rate = z
  .templateLiteral([z.number(), z.enum(['/s', '/m', '/h'])])
  .meta({ id: 'rate', description: 'A rate: 50/s, 300/m, 1000/h.' })

export const rateRamp = z
  .templateLiteral([z.number(), z.enum(['/s', '/m', '/h']), ' -> ', z.number(), z.enum(['/s', '/m', '/h'])])
  .meta({ id: 'rateRamp', description: 'A rate that runs linearly from one value to the other: 50/s -> 500/s.' })

export const userRamp = z
  .templateLiteral([z.number(), ' -> ', z.number()])
  .meta({ id: 'userRamp', description: 'A number of users that runs linearly from one value to the other: 0 -> 100.' })

/** `$peak`: the value of a variable, in load phases. */
export const variable = z
  .templateLiteral(['$', z.string()])
  .meta({ id: 'variable', description: 'The value of a variable: $peak. `50/s -> $peak` works, too.' })

/** Any text with a `$name` in it, such as `50/s -> $peak`. */
export const rampToVariable = z
  .templateLiteral([z.string(), '$', z.string()])
  .meta({ id: 'textWithVariable', description: 'Text with the value of a variable in it: 50/s -> $peak.' })

export const usd = z
  .templateLiteral([z.number(), ' USD'])
  .meta({ id: 'usd', description: 'An amount of money: 2.00 USD.' })

export const template = z.string().meta({
  id: 'template',
  description: 'Text; {{ expressions }} are filled in. Quote it in YAML if it starts with {{.',
})

/** What stands for text where YAML may read a number or a truth value. */
export const textual = z.union([z.string(), z.number(), z.boolean()]).meta({
  id: 'textual',
  description: 'Text, a number or true or false, sent as text; {{ expressions }} are filled in.',
})

/** JSON of any shape, {{ expressions }} anywhere in it. */
export const json: z.ZodType<JsonInput, JsonInput> = z
  .lazy(() => z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]))
  .meta({
    id: 'json',
    description: 'JSON of any shape; {{ expressions }} are filled in, and a string that is one {{ }} keeps the type.',
  })

export type JsonInput = null | boolean | number | string | readonly JsonInput[] | { readonly [key: string]: JsonInput }

type Default = null | boolean | number | string

/**
 * An optional key: its schema, the name of its type for people, what it does, and the value that it has when it is not written.
 * This metadata feeds the reader, the editors' JSON Schema and the reference.
 */
export function key<T extends z.ZodType>(
  schema: T,
  title: string,
  description: string,
  byDefault?: Default,
): z.ZodOptional<T> {
  return schema.optional().meta({ title, description, ...(byDefault === undefined ? {} : { default: byDefault }) })
}

/** One text, `|` text with an entry a line, or a list. */
export function lines<T extends z.ZodType>(item: T): z.ZodUnion<readonly [z.ZodString, z.ZodArray<T>]> {
  return z.union([z.string(), z.array(item)])
}
