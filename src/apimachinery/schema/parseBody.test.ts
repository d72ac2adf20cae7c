import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeObject } from './decode.ts';
import { parseBody } from './parseBody.ts';
import { definitionOf } from './schema.ts';

const pod = definitionOf('', 'v1', 'Pod')!;
const parse = (text: string | Uint8Array, contentType = 'application/json') =>
  parseBody(Buffer.from(text as string), contentType, 'Pod');
const yaml = 'application/yaml';

test('JSON and YAML of the same object are the same value', () => {
  const json = parse('{"spec":{"hostPID":true,"priority":420},"metadata":{"annotations":{"at":"12:30"}}}');
  const text = 'spec: {hostPID: yes, priority: 0644}\nmetadata:\n  annotations:\n    at: 12:30\n';
  expect(parse(text, yaml).value).toEqual(json.value);
});

test.each(['', 'application/json; charset=utf-8', 'application/strategic-merge-patch+json'])(
  'content type %j is JSON',
  (contentType) => expect(parse('{}', contentType).value).toEqual({}),
);

test.each(['application/vnd.kubernetes.protobuf', 'text/plain', 'nonsense'])(
  'content type %s is refused with 415',
  (contentType) => expect(() => parse('{}', contentType)).toThrow(expect.objectContaining({ code: 415 })),
);

test('JSON under the name of YAML is read as JSON, and braces that are only YAML as YAML', () => {
  expect(parse('{"a":"\\u0062"}', yaml).value).toEqual({ a: 'b' });
  expect(parse('{a: b}', yaml).value).toEqual({ a: 'b' });
});

test('whatever comes as YAML gets an answer', () => {
  const unit = fc.constantFrom(...'{}[]:-?&*!|>\'"%@`#, \n\tab01', ': ', '- ', '&a ', '*a', '<<: ', '---\n');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      try {
        JSON.stringify(parse(text, yaml).value);
      } catch (error) {
        expect(error).toMatchObject({ code: 400 });
      }
    }),
    { numRuns: 2000 },
  );
});

describe('what is no JSON is refused in the words of Go', () => {
  const cases: Record<string, string> = {
    '': 'unexpected end of JSON input (<empty>)',
    '{': 'unexpected end of JSON input ({)',
    '{a': "invalid character 'a' looking for beginning of object key string ({a)",
    '{"a" 1}': "invalid character '1' after object key",
    '{"a":1 "b"}': `invalid character '"' after object key:value pair`,
    '{"a":[1 2]}': "invalid character '2' after array element",
    '{"a":1,}': "invalid character '}' looking for beginning of object key string",
    '[1,]': "invalid character ']' looking for beginning of value",
    '["\u0001"]': "invalid character '\\x01' in string literal",
    '["\\x"]': "invalid character 'x' in string escape code",
    '["\\u00g0"]': "invalid character 'g' in \\u hexadecimal character escape",
    '[txue]': "invalid character 'x' in literal true (expecting 'r')",
    '[-x]': "invalid character 'x' in numeric literal",
    '[1.x]': "invalid character 'x' after decimal point in numeric literal",
    '[1e+x]': "invalid character 'x' in exponent of numeric literal",
    '01': "invalid character '1' after top-level value (3031)",
    '{}x': "invalid character 'x' after top-level value",
    '€': "invalid character 'â' looking for beginning of value (e282ac)",
  };
  for (const [text, want] of Object.entries(cases)) {
    test(JSON.stringify(text), () => {
      expect(() => parse(text)).toThrow(
        `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ${want}`,
      );
    });
  }

  test('whatever is no JSON gets an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,"\\tfn01-.eu a') }), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 400 });
          expect(String(error)).toMatch(/json parse error: (invalid character '|unexpected end)/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('hostile bodies are refused with 400', () => {
  const aliases = [...'bcdefghij'].map(
    (name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghi'[i]}`)}]`,
  );
  const cases: Record<string, [text: string | Uint8Array, contentType: string, message: string]> = {
    'JSON nested a hundred thousand deep': ['['.repeat(100_000), '', 'unexpected end of JSON input'],
    'valid JSON nested deep': ['['.repeat(5000) + ']'.repeat(5000), '', 'exceeded max depth'],
    'JSON that is not UTF-8': [Uint8Array.of(0x22, 0xff, 0x22), '', 'invalid UTF-8'],
    'YAML that is not UTF-8': [Uint8Array.of(0x22, 0xff, 0x22), yaml, 'yaml: invalid leading UTF-8 octet'],
    'YAML of deep brackets': ['['.repeat(100_000), yaml, 'yaml: exceeded max depth'],
    'YAML of deep dashes': ['- '.repeat(100_000), yaml, 'yaml: exceeded max depth'],
    'YAML of deep indentation': [
      Array.from({ length: 1800 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      yaml,
      'yaml: exceeded max depth',
    ],
    'YAML whose aliases multiply': [
      `a: &a [${Array(10).fill('x')}]\n${aliases.join('\n')}`,
      yaml,
      'excessive aliasing',
    ],
    'YAML of infinity': ['a: .inf', yaml, 'json: unsupported value: +Inf'],
    'YAML with a colon too many': [
      'a: b: c',
      yaml,
      'yaml: line 1: mapping values are not allowed in this context',
    ],
    'YAML indented by tabs': ['a:\n\t- b', yaml, 'yaml: line 2: found character that cannot start any token'],
    'two YAML documents': ['a: 1\n---\nb: 1', yaml, 'expected a single document'],
  };
  for (const [name, [text, contentType, message]] of Object.entries(cases)) {
    test(name, () => {
      const caught = (() => {
        try {
          return parse(text, contentType);
        } catch (error) {
          return error;
        }
      })();
      expect(caught).toMatchObject({
        code: 400,
        reason: 'BadRequest',
        message: expect.stringContaining(message),
      });
    });
  }
});

describe('fields given twice', () => {
  const errors = (text: string, contentType?: string) => {
    const body = parse(text, contentType);
    const options = { fieldValidation: 'Warn', duplicateFields: body.duplicateFields } as const;
    return decodeObject(pod, body.value, options).warnings;
  };

  test('are found in JSON, with their paths, each once', () => {
    const text =
      '{"spec":{"nodeName":"a","containers":[{},{"name":"x","name":"y","env":[{"name":"\\"name\\":1"}]}],' +
      '"nodeName":"b","nodeName":"c"},"metadata":{"labels":{"a":"b","\\u0061":"c"}}}';
    expect(errors(text)).toEqual([
      'duplicate field "spec.containers[1].name"',
      'duplicate field "spec.nodeName"',
      'duplicate field "metadata.labels.a"',
    ]);
  });

  test('are not looked for under an unknown field', () => {
    expect(errors('{"foo":{"a":1,"a":2},"foo":1}')).toEqual(['unknown field "foo"']);
  });

  test('are found in YAML, with their lines', () => {
    expect(errors('spec:\n  nodeName: a\n  nodeName: b\n', yaml)).toEqual([
      'yaml: unmarshal errors:\n  line 3: key "nodeName" already set in map',
    ]);
  });

  test('are not seen where keys only look alike', () => {
    expect(errors('{"metadata":{"name":"a:b,\\"name\\":"},"spec":{"nodeName":"{\\\\"}}')).toEqual([]);
  });
});
