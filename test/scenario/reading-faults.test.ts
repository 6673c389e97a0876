import { describe, expect, test } from 'vitest'
import { formatFault, formatFaults } from '../../lib/scenario/fault.ts'
import { faultsOf } from './reading-context.ts'

function phase(text: string): string {
  return `target: http://h\nvars: { n: 10, hold: 5 m, list: [1] }\nsteps: [get: /]\nload: [{ ${text} }]\n`
}

/** What is wrong with a text: where (line and column, a file before them if it is another), the message, the corrected line. */
const table: readonly (readonly [text: string, place: string, message: string, fix: string | undefined])[] = [
  ['taget: http://h\nsteps: [get: /]\n', '1:1', 'unknown key "taget"', 'target: http://h'],
  [
    'target: http://h\ntarget: http://h\nsteps: [get: /]\n',
    '2:1',
    'the key "target" stands twice, first in line 1',
    undefined,
  ],
  [
    'target: {{ env.HOST }}\nsteps: [get: /]\n',
    '1:9',
    'a value with {{ }} is not in quotes',
    'target: "{{ env.HOST }}"',
  ],
  [
    'target: http://h\nsteps:\n  - get: {{ vars.x }}\n',
    '3:10',
    'a value with {{ }} is not in quotes',
    '- get: "{{ vars.x }}"',
  ],
  [
    'target: http://h\nsteps: [{ get: /a/{{ id }} }]\n',
    '2:19',
    'a value with {{ }} is not in quotes',
    'steps: [{ get: "/a/{{ id }}" }]',
  ],
  [
    'target: http://h\nsteps:\n  - get: "/a\n',
    '3:10',
    'the quote " that is opened here is never closed',
    '- get: "/a"',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    check: body contains "a #b"\n',
    '4:12',
    'YAML cut this at #: what follows is a comment',
    'check: \'body contains "a #b"\'',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    save: { t: css #main }\n',
    '4:20',
    'YAML cut this at #: what follows is a comment, and a bracket stays open',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    save:\n      t: css #main\n',
    '5:12',
    'css needs a selector, such as css h1 (YAML cut this value at #: put it in quotes)',
    undefined,
  ],
  [
    'target: http://h\nload:\n  - { name: warm, users: 1, for: 1s, warmup: true }\n  - { users: 1, for: 1s }\nsteps: [get: /]\nthresholds: ["phase warm: p50 < 1s"]\n',
    '6:15',
    'phase "warm" is a warm-up or a pause, which is never judged',
    'take warmup: true off the phase, or drop the threshold',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds: [p95 < 100]\n',
    '3:20',
    'p95 cannot be compared with "100"',
    'p95 < 100ms',
  ],
  [
    'target: http://h\nname: 01234\nsteps: [get: /]\n',
    '2:7',
    'the number 01234 would be read as 1234',
    'name: "01234"',
  ],
  [
    'target: http://h\nlabels: { phone: +4912345 }\nsteps: [get: /]\n',
    '2:18',
    'the number +4912345 would be read as 4912345',
    'phone: "+4912345"',
  ],
  [
    'target: http://h\nlabels: { v: 1.10 }\nsteps: [get: /]\n',
    '2:14',
    'the number 1.10 would be read as 1.1',
    'v: "1.10"',
  ],
  [
    'target: http://h\nlabels: { n: 12345678901234567890 }\nsteps: [get: /]\n',
    '2:14',
    'the number 12345678901234567890 would be read as 12345678901234567000',
    'n: "12345678901234567890"',
  ],
  [
    'target: http://h\nlabels: { e: 1e3 }\nsteps: [get: /]\n',
    '2:14',
    'the number 1e3 would be read as 1000',
    'e: "1e3"',
  ],
  [
    'target: http://h\nlabels: { h: 0x10 }\nsteps: [get: /]\n',
    '2:14',
    'the number 0x10 would be read as 16',
    'h: "0x10"',
  ],
  ['target: http://h\nsteps: [get: /]\n---\na: b\n', '4:1', 'a second document starts here', undefined],
  [
    '%YAML 1.1\n---\ntarget: http://h\nsteps: [get: /]\n',
    '1:1',
    'the file asks for YAML 1.1, where yes, on and 1:30 are no text',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    post: /x\n',
    '4:5',
    'a step does one thing, and this one has "get" and "post"',
    '- post: /x',
  ],
  ['target: http://h\nsteps: [get: /]\nlabels: { a: !!str 5 }\n', '3:20', 'the tag !!str is not read', undefined],
  ['target: http://h\n\tname: x\nsteps: [get: /]\n', '2:1', 'a tab is used as indentation', '  name: x'],
  ['', '1:1', 'the file is empty', 'target: http://127.0.0.1:8080'],
  ['# only a comment\n', '1:1', 'the file holds comments only', undefined],
  ['a\0b', '1:1', 'the file is binary', undefined],
  [
    'target: http://h\nsteps: get: /\n',
    '2:8',
    'there is a second ": " on this line, so that YAML sees a map inside a value',
    'steps: [get: /]',
  ],
  ['target: http://h\nsteps:\n  get: /\n', '3:3', 'steps is a map', undefined],
  ['target: http://h\nsteps: []\n', '2:8', 'steps is an empty list', undefined],
  ['- get: /\n', '1:1', 'the scenario is a list', undefined],
  ['hello\n', '1:1', 'the scenario is the text "hello"', undefined],
  ['target: http://h\nsteps: [get: /]\n[1, 2]: x\n', '3:1', 'a key is a list', undefined],
  ['target: http://h\nsteps: [get: /]\n? { a: b }\n: x\n', '3:3', 'a key is a map', undefined],
  [
    'target: http://h\nsteps: [get: /]\nx-a: &a { b: *a }\n',
    '3:14',
    'the alias *a stands inside its own anchor',
    undefined,
  ],
  [
    'target: http://h\nname: */*\nsteps: [get: /]\n',
    '2:7',
    '*/* is an alias, and no anchor &/* stands before it',
    'name: "*/*"',
  ],
  [
    'target: http://h\n  name: x\nsteps: [get: /]\n',
    '2:3',
    'this line is indented deeper than the key above it, which has a value already',
    'name: x',
  ],
  [
    'target: http://h\nname: a: b\nsteps: [get: /]\n',
    '2:7',
    'there is a second ": " on this line, so that YAML sees a map inside a value',
    'name: "a: b"',
  ],
  ['target: http://h\nfoo\nsteps: [get: /]\n', '2:1', '"foo" is neither "key: value" nor a list item', undefined],
  ['target: http://h\nsteps:\n  - get: @x\n', '3:10', 'a value cannot start with @ in YAML', '- get: "@x"'],
  ['target: http://h\nsteps:\n  - get: "\\q"\n', '3:11', 'there is no escape \\q in text between "', undefined],
  ["target: http://h\nsteps:\n  - get: '/it's'\n", '3:15', 'something stands behind a closing quote', undefined],
  [
    'target: http://h\nsteps:\n  - get: /\n    check: [status is 200\n',
    '4:12',
    'the [ that is opened here is not closed',
    'check: [status is 200]',
  ],
  ['target: http://h\nname:\nsteps: [get: /]\n', '2:1', '"name" has no value', undefined],
  ['target: http://h\nsteps: [get: /]\nobserve: []\n', '3:1', '"observe" is not supported yet', undefined],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 10, for: 5 m }]\n',
    '3:26',
    '"5 m" has a space before its unit',
    'for: 5m',
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ rate: 300 rpm, for: 5m }]\n',
    '3:16',
    '"300 rpm" has a space before its unit',
    'rate: 300/m',
  ],
  ['target: http://h\nsteps: [get: /]\nbudget: $2\n', '3:9', '"$2" is written with a sign', 'budget: 2 USD'],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 10, for: 1:30 }]\n',
    '3:26',
    '"1:30" is a time of day, not a duration',
    'for: 90s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 10, for: PT5M }]\n',
    '3:26',
    '"PT5M" is an ISO 8601 duration',
    'for: 5m',
  ],
  ['target: http://h\nsteps: [get: /]\nload: [{ users: 10, for: -5s }]\n', '3:26', '"-5s" is negative', 'for: 5s'],
  ['target: http://h\nsteps: [get: /]\nload: [{ users: 10, for: 0s }]\n', '3:26', 'for is 0s', undefined],
  ['target: http://h\nsteps: [get: /]\nload: [{ rate: 0/s, for: 1s }]\n', '3:16', 'the rate is 0', undefined],
  ['target: http://h\nsteps: [get: /]\nload: [{ rate: -1/s, for: 1s }]\n', '3:16', '"-1/s" is negative', 'rate: 1/s'],
  ['target: http://h\nsteps: [get: /]\nload: [{ rate: 0/s -> 0/s, for: 1s }]\n', '3:16', 'the rate is 0', undefined],
  ['target: http://h\nsteps: [get: /]\nload: [{ users: 0, for: 5s }]\n', '3:17', 'the number of users is 0', undefined],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 1.5, for: 5s }]\n',
    '3:17',
    'users is the number 1.5',
    undefined,
  ],
  ['target: http://h\nsteps: [get: /]\nload: [{ rate: 5, for: 1s }]\n', '3:16', '"5" has no unit', 'rate: 5/s'],
  ['target: http://h\nsteps: [get: /]\nload: [{ users: 10 }]\n', '3:8', 'a load phase has no "for"', 'for: 1m'],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ for: 5s }]\n',
    '3:8',
    'a load phase has neither rate, users, iterations nor pause',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ user: 5, for: 5s }]\n',
    '3:10',
    'unknown key "user" in a load phase',
    'users: 5',
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 5, rate: 5/s, for: 5s }]\n',
    '3:8',
    'a load phase has "rate" and "users"',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ iterations: 5, for: 5s }]\n',
    '3:25',
    'a phase with iterations has a "for"',
    'within: 5s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ iterations: 5 }, { users: 5, for: 5s }]\n',
    '3:8',
    'a phase with iterations is not the last one',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 1000, spawn: 10/s, for: 5s }]\n',
    '3:30',
    'spawning 1000 users at 10/s takes 100s, and the phase lasts 5s',
    'for: 100s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 1 -> 5, spawn: 1/s, for: 10s }]\n',
    '3:32',
    'a phase has a ramp of users and a spawn rate',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 0 to 100, for: 5s }]\n',
    '3:17',
    '"0 to 100" is not written as a ramp',
    'users: 0 -> 100',
  ],
  ['target: http://h\nsteps: [get: /]\nload: [{ users: 5, for: 25h }]\n', '3:25', 'for is 25h', undefined],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 5, for: 5s, warmup: true }]\n',
    '3:7',
    'the load has no phase that is judged',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nload: [{ users: 5, for: 5s, name: a }, { users: 5, for: 5s, name: a }]\n',
    '3:40',
    'two load phases are called "a"',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nvars: { peek: 5/s }\nload: [{ rate: 1/s -> $peak, for: 1m }]\n',
    '4:16',
    'there is no variable "peak"',
    'rate: 1/s -> $peek',
  ],
  [
    'target: http://h\nsteps: [get: /]\nvars: { n: 5 }\nload: [{ users: "{{ vars.n }}", for: 5s }]\n',
    '4:17',
    'a load phase holds {{ }}',
    'users: $n',
  ],
  ['target: http://h\nsteps: [get: /]\nload: { users: 5, for: 5s }\n', '3:7', 'load is a map', undefined],
  ['target: ftp://h\nsteps: [get: /]\n', '1:9', 'the target begins with ftp:', 'target: http://h'],
  [
    'target: localhost:8080\nsteps: [get: /]\n',
    '1:9',
    'the target "localhost:8080" has no http:// or https://',
    'target: http://localhost:8080',
  ],
  ['target: http://h:99999\nsteps: [get: /]\n', '1:9', 'the port "99999" of the target is out of range', undefined],
  ['target: http://u:p@h/\nsteps: [get: /]\n', '1:9', 'the target holds a user or password', undefined],
  ['target: "{{ env.NOPE }}"\nsteps: [get: /]\n', '1:13', 'the environment variable NOPE is not set', undefined],
  ['target: http://h/?a=b\nsteps: [get: /]\n', '1:9', 'the target holds a query or fragment', 'target: http://h/'],
  [
    'target: http://h\nsteps:\n  - get: items\n',
    '3:10',
    'the URL "items" begins neither with / nor with http',
    'get: /items',
  ],
  ['target: http://h\nsteps:\n  - get: /a b\n', '3:10', 'the URL "/a b" has a space', 'get: /a%20b'],
  [
    'target: http://h\nsteps:\n  - get: "/{{ token }}"\n',
    '3:15',
    'nothing defines "token": no step of the flow main saves it',
    undefined,
  ],
  ['target: http://h\nsteps:\n  - get: "/{{ vars.x }}"\n', '3:15', 'there is no variable "x"', undefined],
  [
    'target: http://h\nsteps:\n  - get: "/{{ env.NOPE }}"\n',
    '3:15',
    'the environment variable NOPE is not set',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: "/{{ secret.KEY }}"\n',
    '3:15',
    'the secret KEY is not set: locally it is the environment variable KEY',
    undefined,
  ],
  [
    'target: http://h\ndata: { account: accounts.csv }\nsteps:\n  - get: "/{{ account.emial }}"\n',
    '4:15',
    'the data set "account" has no column "emial"',
    'get: "/{{ account.email }}"',
  ],
  [
    'target: http://h\ndata: { account: accounts.csv }\nsteps:\n  - get: "/{{ acount.email }}"\n',
    '4:15',
    'nothing defines "acount": no step of the flow main saves it',
    'get: "/{{ account.email }}"',
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: { file: no.csv } }\n',
    '3:20',
    'the file "no.csv" does not exist',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: ragged.csv }\n',
    'ragged.csv:3:-',
    'the row has 1 cell, and the header 2',
    undefined,
  ],
  ['target: http://h\nsteps: [get: /]\ndata: { a: empty.csv }\n', 'empty.csv:1:-', 'the file is empty', undefined],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: header.csv }\n',
    'header.csv:1:-',
    'the file has a header and no rows',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: double.csv }\n',
    'double.csv:1:-',
    'the column "a" stands twice in the header',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: quote.csv }\n',
    'quote.csv:3:-',
    'a quote that is opened is never closed',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: semicolon.csv }\n',
    'semicolon.csv:1:-',
    'the cells are separated by ;',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: lines.csv }\n',
    'lines.csv:4:-',
    'the row has 1 cell, and the header 2',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: ../up.csv }\n',
    '3:12',
    'the file "../up.csv" leaves the folder of s.yml',
    'a: up.csv',
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { a: /etc/passwd }\n',
    '3:12',
    'the file "/etc/passwd" leaves the folder of s.yml',
    'a: passwd',
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { r: { rows: [{ a: 1 }, { b: 1 }] } }\n',
    '3:31',
    'a row lacks "a" and has "b", unlike the first row',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\ndata: { r: { rows: [{ a: 1 }], take: twice } }\n',
    '3:38',
    'take is the text "twice"',
    undefined,
  ],
  [
    'target: http://h\ndata: { t: { rows: [{ a: 1 }] } }\nsteps: [{ get: /, save: { t: json $.a } }]\n',
    '3:27',
    '"t" comes from two sources: the data set in line 2, and it is saved here',
    undefined,
  ],
  [
    'target: http://h\nbefore: [{ get: /, save: { t: json $.a } }]\nsteps: [{ get: /, save: { t: json $.a } }]\n',
    '3:27',
    '"t" comes from two sources: "before" saves it in line 2, and it is saved here',
    undefined,
  ],
  [
    'target: http://h\ndata: { d: accounts.csv }\nbefore: [get: "/{{ d.email }}"]\nsteps: [get: /]\n',
    '3:20',
    '"d" is read in "before", which belongs to no iteration',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /]\nhttp: { headers: { x-a: "a\\nb" } }\n',
    '3:25',
    'the value of the header x-a has a line break',
    'x-a: a b',
  ],
  [
    'target: http://h\nsteps: [get: /]\nhttp: { headers: { "x b": c } }\n',
    '3:20',
    'the header name "x b" has a character that is not allowed',
    'x-b',
  ],
  [
    'target: http://h\nsteps: [get: /]\nhttp: { headers: { content-length: 5 } }\n',
    '3:20',
    'the header content-length cannot be set: Squall counts the bytes itself',
    undefined,
  ],
  ['target: http://h\nsteps: [get: /]\nhttp: { timeout: 10 }\n', '3:18', '"10" has no unit', 'timeout: 10s'],
  ['target: http://h\nsteps: [get: /]\nhttp: { tiemout: 5s }\n', '3:9', 'unknown key "tiemout" in http', 'timeout: 5s'],
  ['target: http://h\nsteps: [get: /]\nhttp: { version: 3 }\n', '3:18', 'version is the number 3', undefined],
  [
    'target: http://h\nsteps: [get: /]\nhttp: { dispatcher: fast, version: 2 }\n',
    '3:9',
    'the fast dispatcher speaks HTTP/1.1 only',
    'dispatcher: undici',
  ],
  [
    'target: http://h\nsteps: [get: /]\nhttp: { connections: pooled 0 }\n',
    '3:29',
    'the number of pooled connections is 0',
    undefined,
  ],
  [
    'target: http://h\nsteps: [get: /me]\nthresholds:\n  - GET /mee: p99 < 400ms\n',
    '4:5',
    'the threshold is on the request "GET /mee", which the scenario does not have',
    'GET /me: p99 < 400ms',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds:\n  - p99 < 5\n',
    '4:11',
    'p99 cannot be compared with "5"',
    'p99 < 5s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds:\n  - flow mian: p95 < 2s\n',
    '4:5',
    'the threshold is on the flow "mian", which the scenario does not have',
    'flow main: p95 < 2s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds:\n  - phase steady: p95 < 2s\n',
    '4:5',
    'the threshold is on the phase "steady", which the scenario does not have',
    undefined,
  ],
  ['target: http://h\nsteps: [get: /]\nthresholds: [foo]\n', '3:14', '"foo" has no operator', undefined],
  [
    'target: http://h\nsteps: [get: /]\nthresholds: |\n  errors < 1%\n  p95 < 2 s\n',
    '5:9',
    '"2 s" has a space before its unit',
    'p95 < 2s',
  ],
  [
    'target: http://h\ninclude: [nope.yml]\nsteps: [get: /]\n',
    '2:11',
    'the included file "nope.yml" does not exist',
    undefined,
  ],
  [
    'target: http://h\ninclude: [broken.yml]\nsteps: [get: /]\n',
    'broken.yml:4:7',
    'unknown key "chek" in a get step',
    'check: status is 200',
  ],
  [
    'target: http://h\ninclude: [circle.yml]\nsteps: [get: /]\n',
    'circle.yml:1:11',
    'the file includes itself: circle.yml -> circle.yml',
    undefined,
  ],
  ['target: http://h\ninclude: [auth.yml]\nsteps: [use: logn]\n', '3:14', 'there is no snippet "logn"', 'use: login'],
  [
    'target: http://h\nsnippets:\n  a: [use: b]\n  b: [use: a]\nsteps: [use: a]\n',
    '4:12',
    'the snippet "a" uses itself: a -> b -> a',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    check: staus is 200\n',
    '4:12',
    '"staus" is not a part of an answer',
    'check: status is 200',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    check:\n      - header x: y\n',
    '5:9',
    'a check is a map',
    'header x is y',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    save: { "a b": json $.x }\n',
    '4:13',
    '"a b" is no name that {{ }} could read',
    'aB',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    save: { vars: json $.x }\n',
    '4:13',
    'the name "vars" has a meaning of its own in {{ }}',
    'myVars',
  ],
  ['target: http://h\nsteps:\n  - get: /\n    retry: { on: [999] }\n', '4:19', '999 is no status code', undefined],
  [
    'target: http://h\nsteps:\n  - get: /\n    retry: { times: 3 }\n',
    '4:12',
    'retry has no "on"',
    'on: [429, 503, ECONNRESET]',
  ],
  ['target: http://h\nsteps:\n  - think: 3s..1s\n', '3:12', 'the range 3s..1s runs backwards', 'think: 1s..3s'],
  ['target: http://h\nsteps:\n  - think: 1s - 3s\n', '3:12', '"1s - 3s" is not written as a range', 'think: 1s..3s'],
  ['target: http://h\nsteps:\n  - thnk: 1s\n', '3:5', 'unknown key "thnk" in a step', 'think: 1s'],
  ['target: http://h\nsteps:\n  - repeat: 0\n    steps: [get: /]\n', '3:13', 'repeat is 0', undefined],
  ['target: http://h\nsteps:\n  - each: id\n    steps: [get: /]\n', '3:11', 'each is "id"', 'each: item in id'],
  [
    'target: http://h\nsteps:\n  - when: "{{ x }}"\n    then: [get: /]\n',
    '3:12',
    'an expression is written without {{ }} here',
    'when: x',
  ],
  ['target: http://h\nsteps:\n  - GET /items\n', '3:5', 'a step is the text "GET /items"', '- get: /items'],
  [
    'target: http://h\nsteps:\n  - post: /\n    json: { a: 1 }\n    form: { a: 1 }\n',
    '5:5',
    'a request has one body, and this one has "json" and "form"',
    undefined,
  ],
  ['target: http://h\nsteps:\n  - get: /\n    name: "a {{ x }}"\n', '4:11', 'a request name holds {{ }}', undefined],
  ['target: http://h\nsteps:\n  - post: /\n    file: no.png\n', '4:11', 'the file "no.png" does not exist', undefined],
  [
    'target: http://h\nsteps:\n  - post: /\n    multipart: [{ a: 1, b: 2 }]\n',
    '4:17',
    'a part is a map of several keys',
    undefined,
  ],
  ['target: http://h\nflows: { a: { steps: [get: /], weight: 0 } }\n', '2:40', 'the weight is 0', undefined],
  ['target: http://h\nflows: { a: [get: /] }\n', '2:13', 'the flow a is a list', undefined],
  [
    'target: http://h\nsteps: [get: /]\nflows: { a: { steps: [get: /] } }\n',
    '2:1',
    'the scenario has "steps" and "flows"',
    undefined,
  ],
  ['target: http://h\nsteps: [get: /]\nsquall: 2\n', '3:9', 'squall is the number 2', 'squall: 1'],
  ['target: http://h\nsteps: [get: /]\nstrict: yes\n', '3:9', 'strict is the text "yes"', 'strict: true'],
  ['target: http://h\nsteps: [get: /]\ndrain: 2m\n', '3:8', 'drain is 2m', 'drain: 60s'],
  [
    'target: http://h\nsteps: [get: /]\nenvironments: { staging: { taget: http://x } }\n',
    '3:28',
    'unknown key "taget" in an environment',
    'target: http://x',
  ],
  ['target: http://h\nsteps:\n  - think: 1s..\n', '3:12', '"1s.." is a range with one end missing', undefined],
  [
    'target: http://h\nsteps:\n  - think: 2s ± 1s\n',
    '3:12',
    '"2s ± 1s" is not written as a normal distribution',
    'think: 2s +- 1s',
  ],
  ['target: http://h\nsteps:\n  - think: 5..6s\n', '3:12', '"5" has no unit', 'think: 5s..6s'],
  [
    'target: http://h\nsteps:\n  - get: /\n    timeout: $wait\n',
    '4:14',
    '"$wait" is not a duration: $name stands for a value in a load phase only',
    undefined,
  ],
  ['target: http://h\nsteps:\n  - get: /\n    check: time < 500\n', '4:19', '"500" has no unit', 'check: time < 500ms'],
  [
    'target: http://h\nsteps:\n  - get: /\n    check: json $.zip is 01234\n',
    '4:26',
    'the number 01234 would be read as 1234',
    'check: json $.zip is "01234"',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    check: json $.v in [1, 1.10]\n',
    '4:24',
    'the number 1.10 would be read as 1.1',
    'check: \'json $.v in [1, "1.10"]\'',
  ],
  [
    'target: http://h\nsteps:\n  - get: "/{{ env.ZIP or 01234 }}"\n',
    '3:26',
    'the number 01234 would be read as 1234',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    headers: { __proto__: x, constructor: y }\n    chek: 1\n',
    '5:5',
    'unknown key "chek" in a get step',
    'check: 1',
  ],
  ['target: http://h\nsteps: [get: /]\nstrict: constructor\n', '3:9', 'strict is the text "constructor"', undefined],
  [
    'target: http://h\nsteps:\n  - each: id in ids\n    steps: [get: /]\n',
    '3:17',
    'nothing defines "ids": no step of the flow main saves it',
    undefined,
  ],
  ['target: http://h\nstep: [get: /]\n', '2:1', 'unknown key "step"', 'steps:'],
  [
    'target: http://h\ndata: { a: { fle: accounts.csv } }\nsteps: [get: /]\n',
    '2:14',
    'unknown key "fle" in a data set',
    'file: accounts.csv',
  ],
  ['target: http://h\nvars: { 1: a }\nsteps: [get: /]\n', '2:9', '"1" is no name for a variable', '_1'],
  ['target: http://h\njson: { null: 1 }\nsteps: [get: /]\n', '2:9', 'the key null is no text', undefined],
  [phase('users: 10 ->, for: 1m'), '4:17', '"10 ->" is a ramp with one end missing', undefined],
  [phase('users: 10-20, for: 1m'), '4:17', '"10-20" is not written as a ramp', 'users: 10 -> 20'],
  [phase('rate: 10 -> 50/s, for: 1m'), '4:16', '"10" has no unit', 'rate: 10/s -> 50/s'],
  [phase('rate: 10/s -> 50, for: 1m'), '4:24', '"50" has no unit', 'rate: 10/s -> 50/s'],
  [phase('rate: 1/s -> 50 rps, for: 1m'), '4:23', '"50 rps" has a space before its unit', 'rate: 1/s -> 50/s'],
  [phase('iterations: 50 eech, users: 2'), '4:22', 'iterations is the text "50 eech"', 'iterations: 50 each'],
  [phase('iterations: 5.0 each, users: 2'), '4:22', 'iterations is the text "5.0"', 'iterations: 5 each'],
  [phase('users: 1, for: $hold'), '4:25', '"5 m" has a space before its unit', 'hold: 5m'],
  [phase('users: $list, for: 1m'), '4:17', 'the variable "list" is no text or number', undefined],
  [phase('users: $m, for: 1m'), '4:17', 'there is no variable "m"', undefined],
  [phase("users: '$\u007bn}', for: 1m"), '4:17', '$\u007bn} is not how a variable is read', 'users: $n'],
  [phase('name: $n, users: 1, for: 1m'), '4:16', '"10" is no name for a phase', 'name: phase-10'],
  [
    'target: http://h\nsteps: [get: /]\nthresholds: [p95: 2s]\n',
    '3:14',
    '"p95: 2s" is not written as a threshold',
    'p95 < 2s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds:\n  - errors: < 1%\n',
    '4:5',
    '"errors: < 1%" is not written as a threshold',
    'errors < 1%',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds: |\n  errors < 1%\n  GET /y: p95 < 2s\n',
    '5:3',
    'the threshold is on the request "GET /y", which the scenario does not have',
    'GET /: p95 < 2s',
  ],
  [
    'target: http://h\nsteps: [get: /]\nthresholds: |\n  p50 < 1s\n  median < 1s\n',
    '5:3',
    'the threshold "p50 < 1s" stands twice',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    check: |\n      status is 200\n      status is 200\n',
    '6:7',
    'the check "status is 200" stands twice',
    undefined,
  ],
  ['target: http://h\nsteps:\n  - get: /\n    check: { status: 200 }\n', '4:12', 'a check is a map', 'status is 200'],
  [
    'target: http://h\nsteps: [get: /]\nthresholds: [ECONREFUSED = 0]\n',
    '3:14',
    '"ECONREFUSED" is no kind of error that is counted',
    'ECONNREFUSED = 0',
  ],
  [
    'target: http://h\nsteps:\n  - get: /\n    retry: { on: [ECONRESET] }\n',
    '4:19',
    '"ECONRESET" is neither a status code nor an error kind',
    'ECONNRESET',
  ],
  [
    'target: http://h\ninclude: [gone.yml]\nsteps: [use: login, get: "/{{ vars.who }}{{ token }}"]\n',
    '2:11',
    'the included file "gone.yml" does not exist',
    undefined,
  ],
  [
    'target: http://h\ninclude: auth.yml\nsteps: [use: login]\n',
    '2:10',
    'include is the text "auth.yml"',
    'include: [auth.yml]',
  ],
  [
    'target: http://h\ninclude: [s.yml]\nsteps: [get: /]\n',
    '2:11',
    'the included file "s.yml" does not exist',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - {get: /, check: status in [200, 201]}\n',
    '3:31',
    'a [ stands inside a value between { } or [ ]',
    '- {get: /, check: "status in [200, 201]"}',
  ],
  ['target: http://h\nsteps: [get: /, ,]\n', '2:17', 'a comma stands where a value is expected', undefined],
  [
    'target: http://h\nsteps:\n  - get: /\n   check: status is 200\n',
    '4:4',
    'this line is not indented like the lines it belongs to',
    undefined,
  ],
  [
    'target: http://h\nsteps:\n  - get: "/a/{{ randmInt(1, 2) }}"\n',
    '3:17',
    'there is no function randmInt()',
    'randomInt(1, 500)',
  ],
  ['target: http://h\nsteps:\n  - get: /\n    when: vars.p = 5\n', '4:18', 'unexpected "= 5"', 'when: vars.p == 5'],
  [
    'target: http://h\ndata: { d: accounts.csv }\nsteps: [get: "/{{ d.email }}/{{ d }}"]\n',
    '3:33',
    'the data set "d" is read without a column',
    undefined,
  ],
  [
    'target: http://h\nvars: { a: "x{{ vars.b }}", b: 1 }\nsteps: [get: /]\n',
    '2:17',
    'vars.b stands below: a variable reads those before it',
    undefined,
  ],
  [
    'target: "http://h/{{ env.NOPE }}"\nsteps: [get: /]\n',
    '1:22',
    'the environment variable NOPE is not set',
    undefined,
  ],
]

describe('a faulty scenario', () => {
  test('has one fault for one cause', () => {
    const alone = [
      'include: [gone.yml]\nsteps: [use: login, get: "/{{ vars.who }}{{ token }}"]\n',
      'include: auth.yml\nsteps: [use: login]\n',
      'thresholds: [p95: 2s]\nsteps: [get: /]\n',
      'step: [get: /]\n',
      'data: { a: { fle: accounts.csv } }\nsteps: [get: "/{{ a.x }}"]\n',
      'steps: [think: 1s..]\n',
      'steps: [think: 2s+]\n',
    ]
    for (const text of alone) expect(faultsOf(`target: http://h\n${text}`)).toHaveLength(1)
  })

  test.each(table)('%j is refused at %s: %s', (text, place, message, fix) => {
    const faults = faultsOf(text)
    const [first] = faults
    expect(first).toBeDefined()
    const file = first?.file === 's.yml' ? '' : `${first?.file}:`
    expect(`${file}${first?.line ?? '-'}:${first?.column ?? '-'}`).toBe(place)
    expect(first?.message).toBe(message)
    expect(first?.fix).toBe(fix)
  })

  test('gives all its faults at once, in the order of its lines', () => {
    const faults = faultsOf('taget: http://h\nsteps:\n  - get: items\n  - think: 5 s\ndrain: 2m\n')
    expect(formatFaults(faults)).toBe(
      [
        's.yml:1:1  unknown key "taget"\n  expected target\n  fix: target: http://h',
        's.yml:3:10  the URL "items" begins neither with / nor with http\n  expected a path such as /items, or an http or https URL\n  fix: get: /items',
        's.yml:4:12  "5 s" has a space before its unit\n  expected a duration such as 500ms, 30s, 5m or 1h\n  fix: think: 5s',
        's.yml:5:8  drain is 2m\n  expected at most 60s\n  fix: drain: 60s',
      ].join('\n\n'),
    )
  })

  test('is shown without what a terminal would act upon', () => {
    const [fault] = faultsOf('target: http://h\nsteps: [get: /]\n"a\\e[31mb": 1\n')
    expect(fault).toBeDefined()
    if (fault) expect(formatFault(fault)).not.toContain('\u001b')
    const named = formatFault({ file: 'a\u001b[31m.yml', path: 'flows."\u202eb"', message: 'm' })
    expect(named).toBe('a\ufffd[31m.yml flows."\ufffdb"  m')
  })

  test('is shown with its line and a caret under the place', () => {
    const [fault] = faultsOf('target: http://h\nsteps: [get: /]\ndrain: 2m\n')
    expect(fault).toBeDefined()
    if (fault)
      expect(formatFault(fault, 'drain: 2m').split('\n').slice(1, 3)).toEqual(['    drain: 2m', '           ^'])
  })
})

describe('hostile files end quickly, with a fault', () => {
  const head = 'target: http://h\nsteps: [get: /]\n'
  const bomb = Array.from(
    { length: 12 },
    (_, level) => `x-${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]\n`,
  ).join('')
  const twice = Array.from(
    { length: 25 },
    (_, level) => `  s${level}: [use: s${level + 1}, use: s${level + 1}]\n`,
  ).join('')
  test.each([
    ['an alias bomb', `${head}x-0: &a0 [1]\n${bomb}`, /more than 1000 aliases/],
    ['brackets without end', `${head}x-a: ${'['.repeat(500_000)}`, /brackets are opened and not closed/],
    ['lists in lists', `${head}x-a:\n${'- '.repeat(5_000)}`, /nests deeper than 64 levels/],
    ['a file of a million characters', `${head}name: ${'a'.repeat(1_000_000)}`, /has 1000\d+ characters/],
    ['lines without end', '@\n'.repeat(60_000), /60001 lines/],
    [
      'snippets that use each other twice',
      `target: http://h\nsteps: [use: s0]\nsnippets:\n${twice}  s25: [get: /]\n`,
      /more than 20000 steps/,
    ],
    ['a URL without end', `target: http://h\nsteps: [get: "/${'{{ a }}'.repeat(50_000)}"]\n`, /has 350001 characters/],
    ['maps in maps on one line', `${head}${'a: '.repeat(2_000)}`, /second ": "/],
  ])('%s', (_, text, message) => {
    expect(faultsOf(text)[0]?.message).toMatch(message)
  })
})
