import type { Faker, LocaleDefinition, Randomizer } from '@faker-js/faker'
import type { Random } from '../plan/random.ts'
import type { JsonValue } from '../scenario/json.ts'
import { library } from './libraries.ts'
import type { Scope } from './scope.ts'

/** One maker for each of `fakeKinds`. None of them reads a clock. */
export const fakeMakers: Readonly<Record<string, (faker: Faker) => JsonValue>> = {
  firstName: faker => faker.person.firstName(),
  lastName: faker => faker.person.lastName(),
  fullName: faker => faker.person.fullName(),
  email: faker => faker.internet.email(),
  username: faker => faker.internet.username(),
  password: faker => faker.internet.password(),
  phone: faker => faker.phone.number(),
  jobTitle: faker => faker.person.jobTitle(),
  street: faker => faker.location.streetAddress(),
  city: faker => faker.location.city(),
  state: faker => faker.location.state(),
  zipCode: faker => faker.location.zipCode(),
  country: faker => faker.location.country(),
  countryCode: faker => faker.location.countryCode(),
  latitude: faker => faker.location.latitude(),
  longitude: faker => faker.location.longitude(),
  company: faker => faker.company.name(),
  productName: faker => faker.commerce.productName(),
  price: faker => Number(faker.commerce.price()),
  currency: faker => faker.finance.currencyCode(),
  creditCard: faker => faker.finance.creditCardNumber(),
  iban: faker => faker.finance.iban(),
  word: faker => faker.lorem.word(),
  words: faker => faker.lorem.words(),
  sentence: faker => faker.lorem.sentence(),
  paragraph: faker => faker.lorem.paragraph(),
  url: faker => faker.internet.url(),
  domain: faker => faker.internet.domainName(),
  ip: faker => faker.internet.ipv4(),
  ipv6: faker => faker.internet.ipv6(),
  userAgent: faker => faker.internet.userAgent(),
  uuid: faker => faker.string.uuid(),
  color: faker => faker.color.human(),
  boolean: faker => faker.datatype.boolean(),
  number: faker => faker.number.int(1_000_000),
}

/** A maker whose values follow from the iteration's sequence alone. */
export function makeFake(kind: string): (values: readonly unknown[], scope: Scope) => JsonValue {
  const make = Object.hasOwn(fakeMakers, kind) ? fakeMakers[kind] : undefined
  if (make === undefined) throw new Error(`there is no fake.${kind}()`)
  shared ??= drawnFromScope(library('faker').faker)
  const faker = shared
  return (_, scope) => {
    random = scope.random
    return make(faker)
  }
}

/** One a thread. */
let shared: Faker | undefined
/** Whose sequence the maker under way draws from. */
let random: Random | undefined

/**
 * The library's own generator is a Mersenne Twister, whose seeding takes longer than all else an iteration does. The
 * class is taken from the ready-made instance: importing it by name loads the texts of every language.
 */
function drawnFromScope(ready: Faker): Faker {
  const FakerOfLocale = ready.constructor as new (options: {
    locale: LocaleDefinition
    randomizer: Randomizer
  }) => Faker
  return new FakerOfLocale({
    locale: ready.rawDefinitions,
    randomizer: { next: () => random?.next() ?? 0, seed: () => {} },
  })
}
