import * as z from 'zod'
import { duration, key, rampToVariable, rate, rateRamp, userRamp, variable } from './schema-quantity.ts'

const length = z.union([duration, variable])
const count = z.union([z.number().int(), variable])

const name = key(z.string(), 'text', 'The name in tables and thresholds. Default: its number, from 1.')
const warmup = key(z.boolean(), 'true or false', 'Shown, and not judged.', false)

export const openPhaseSchema = z
  .strictObject({
    name,
    rate: z.union([rate, rateRamp, variable, rampToVariable]).meta({
      title: 'rate or ramp',
      description: 'Iterations that start, whether or not earlier ones have ended: 50/s, 50/s -> 500/s.',
    }),
    for: length.meta({ title: 'duration', description: 'How long. Required.' }),
    arrivals: key(
      z.enum(['even', 'poisson']),
      'even, poisson',
      'Equal distances, or those of independent users.',
      'even',
    ),
    maxUsers: key(
      count,
      'count',
      'The most iterations that run at a time; what cannot start is counted as missed. Default: from rate and timeout.',
    ),
    connections: key(
      z.enum(['reuse', 'fresh']),
      'reuse, fresh',
      'Whether arrivals share connections or each opens its own.',
      'reuse',
    ),
    warmup,
  })
  .meta({ id: 'openPhase', description: 'Open load: iterations arrive at a rate.' })

export const closedPhaseSchema = z
  .strictObject({
    name,
    users: z.union([z.number().int(), userRamp, variable, rampToVariable]).meta({
      title: 'count or ramp',
      description: 'Users, each starting its next iteration when the last has ended: 100, 0 -> 100.',
    }),
    for: length.meta({ title: 'duration', description: 'How long, spawning included. Required.' }),
    spawn: key(z.union([rate, variable]), 'rate', 'How fast users are added up to `users`. Default: at once.'),
    warmup,
  })
  .meta({ id: 'closedPhase', description: 'Closed load: a number of users.' })

export const iterationsPhaseSchema = z
  .strictObject({
    name,
    iterations: z.union([z.number().int(), z.templateLiteral([z.number(), ' each']), variable, rampToVariable]).meta({
      title: 'count',
      description: 'So many iterations shared by the users, or `50 each`. Only as the last phase.',
    }),
    users: key(count, 'count', 'How many users share them.', 1),
    within: key(length, 'duration', 'How long it may take; what is left then is missed.', '10m'),
    warmup,
  })
  .meta({ id: 'iterationsPhase', description: 'A fixed number of iterations.' })

export const pausePhaseSchema = z
  .strictObject({
    name,
    pause: length.meta({ title: 'duration', description: 'Nothing is sent for so long, and all users retire.' }),
  })
  .meta({ id: 'pausePhase', description: 'A pause.' })

export const phaseSchema = z
  .union([openPhaseSchema, closedPhaseSchema, iterationsPhaseSchema, pausePhaseSchema])
  .meta({ id: 'phase', description: 'One load phase.' })
