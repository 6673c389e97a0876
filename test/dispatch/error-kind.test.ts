import { describe, expect, test } from 'vitest'
import { errorAdvice, failureOf, KnownFailure, type Stage } from '../../lib/generate/error-kind.ts'
import { isGeneratorFault } from '../../lib/measure/generator-fault.ts'

function coded(code: string, message = 'it failed'): Error {
  return Object.assign(new Error(message), { code })
}

describe('failureOf', () => {
  test.each<[unknown, Stage, string]>([
    [coded('ECONNREFUSED'), 'connect', 'ECONNREFUSED'],
    [coded('ECONNRESET'), 'head', 'ECONNRESET'],
    [coded('ECONNRESET'), 'body', 'truncated body'],
    [coded('EPIPE'), 'head', 'EPIPE'],
    [coded('EPIPE'), 'body', 'truncated body'],
    [coded('ETIMEDOUT'), 'connect', 'ETIMEDOUT'],
    [coded('EHOSTUNREACH'), 'connect', 'EHOSTUNREACH'],
    [coded('ENETUNREACH'), 'connect', 'ENETUNREACH'],
    [coded('EADDRINUSE'), 'connect', 'EADDRINUSE'],
    [coded('EADDRNOTAVAIL'), 'connect', 'EADDRNOTAVAIL'],
    [coded('EMFILE'), 'connect', 'EMFILE'],
    [coded('ENFILE'), 'connect', 'ENFILE'],
    [coded('ENOTFOUND'), 'connect', 'dns (ENOTFOUND)'],
    [coded('EAI_AGAIN'), 'connect', 'dns (EAI_AGAIN)'],
    [coded('CERT_HAS_EXPIRED'), 'connect', 'tls (CERT_HAS_EXPIRED)'],
    [coded('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), 'connect', 'tls (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)'],
    [coded('UND_ERR_SOCKET', 'other side closed'), 'head', 'ECONNRESET'],
    [coded('UND_ERR_SOCKET', 'other side closed'), 'body', 'truncated body'],
    [coded('UND_ERR_HEADERS_OVERFLOW'), 'head', 'bad response'],
    [coded('EUNHEARDOF'), 'connect', 'EUNHEARDOF'],
    [new Error('no code'), 'connect', 'other'],
    ['not even an error', 'connect', 'other'],
    [new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]), 'connect', 'ECONNREFUSED'],
    [new KnownFailure('timeout (connect)', 'late'), 'connect', 'timeout (connect)'],
  ])('%s at %s is %s', (error, stage, kind) => {
    expect(failureOf(error, stage).kind).toBe(kind)
  })

  test('only the three client timeouts have a latency', () => {
    const kinds = [
      'timeout (connect)',
      'timeout (first byte)',
      'timeout (body)',
      'ETIMEDOUT',
      'interrupted',
      'ECONNRESET',
    ]
    const having = kinds.filter(kind => failureOf(new KnownFailure(kind, ''), 'head').hasLatency)
    expect(having).toEqual(['timeout (connect)', 'timeout (first byte)', 'timeout (body)'])
  })
})

test("the generator's own faults are not the target's", () => {
  const own = ['EMFILE', 'ENFILE', 'EADDRINUSE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']
  const others = ['ECONNREFUSED', 'ETIMEDOUT', 'tls (CERT_HAS_EXPIRED)', 'dns (EAI_AGAIN)', 'status 503', 'constructor']
  expect(own.filter(isGeneratorFault)).toEqual(own)
  expect(others.filter(isGeneratorFault)).toEqual([])
})

test('advice speaks of the code where it is known, else of the family', () => {
  expect(errorAdvice('tls (DEPTH_ZERO_SELF_SIGNED_CERT)')).toContain('self-signed')
  expect(errorAdvice('tls (SOMETHING_ELSE)')).toContain('handshake')
  expect(errorAdvice('dns (EAI_AGAIN)')).toContain('resolved')
  expect(errorAdvice('http2 (NGHTTP2_REFUSED_STREAM)')).toContain('HTTP/2')
  expect(errorAdvice('status 503')).toBe('')
})

test('a TLS failure is told in the words of OpenSSL, without its thread, its source and its line end', () => {
  const message =
    'C0F65CA4FF7E0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:\n'
  const wrong = Object.assign(new Error(message), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' })
  expect(failureOf(wrong, 'connect')).toMatchObject({
    kind: 'tls (ERR_SSL_WRONG_VERSION_NUMBER)',
    message: 'SSL routines:tls_validate_record_header:wrong version number',
  })
  const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' })
  expect(failureOf(expired, 'connect').message).toBe('certificate has expired')
})
