import type { Faker } from '@faker-js/faker'
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

/** A maker whose values follow from the iteration's sequence alone: the library is seeded anew with one draw each time. */
export function makeFake(kind: string): (values: readonly unknown[], scope: Scope) => JsonValue {
  const make = Object.hasOwn(fakeMakers, kind) ? fakeMakers[kind] : undefined
  if (make === undefined) throw new Error(`there is no fake.${kind}()`)
  const { faker } = library('faker')
  return (_, scope) => {
    faker.seed(scope.random.word() >>> 0)
    return make(faker)
  }
}
