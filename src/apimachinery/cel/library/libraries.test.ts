import { expect, test } from 'vitest';
import { celEnvironment } from '../celEnvironment.ts';
import { compileCel } from '../celProgram.ts';

function outcome(expression: string, self: unknown = null): unknown {
  const program = compileCel(celEnvironment(), expression);
  if (program.issue !== undefined) return program.issue;
  try {
    return program.evaluate({ self });
  } catch (error) {
    return String(error);
  }
}

/** By library, as upstream documents each. */
const isTrue: Record<string, string[]> = {
  strings: [
    "'hello'.charAt(4) == 'o' && 'hello'.charAt(5) == ''",
    "'hello hello'.replace('he', 'we') == 'wello wello'",
    "'hello hello'.replace('he', 'we', 1) == 'wello hello'",
    "'hello hello'.replace('he', 'we', 0) == 'hello hello'",
    "'hello hello'.replace('', '_') == '_h_e_l_l_o_ _h_e_l_l_o_'",
    "'TacoCÆt Xii'.lowerAscii() == 'tacocÆt xii'",
    "'TacoCÆt Xii'.upperAscii() == 'TACOCÆT XII'",
    "'hello mellow'.indexOf('ello', 2) == 7 && 'hello mellow'.lastIndexOf('ello') == 7",
    "'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco'",
    "'hello hello hello'.split(' ', 2) == ['hello', 'hello hello']",
    "['hello', 'mellow'].join(' ') == 'hello mellow'",
    "'  \\ttrim\\n    '.trim() == 'trim'",
    `strings.quote('with "double quote"') == '"with \\\\"double quote\\\\""'`,
  ],
  format: [
    "'%s and %d'.format(['str', 42]) == 'str and 42'",
    "'%%s: %s'.format([64.2]) == '%s: 64.2'",
    "'%s'.format([timestamp('2023-02-03T23:31:20+00:00')]) == '2023-02-03T23:31:20Z'",
    "'%s'.format([duration('1h45m47s')]) == '6347s'",
    "'%f'.format([3.14]) == '3.140000' && '%.2f'.format([3.14159]) == '3.14'",
    "'%e'.format([2.71828]) == '2.718280e+00'",
    "'%b %b'.format([5, true]) == '101 1' && '%x'.format([26]) == '1a' && '%X'.format([26]) == '1A'",
    "'%x'.format(['hi']) == '6869' && '%o'.format([30]) == '36'",
    "'%s'.format([[1, 2, 3, {'a': 'x', 'b': 'y'}]]) == '[1, 2, 3, {a: x, b: y}]'",
    "'%s %s %s'.format([null, true, type(1)]) == 'null true int'",
    "'%d'.format([1.5]) == '1.5' && '%s'.format([1e21]) == '1000000000000000000000'",
  ],
  regex: [
    "'abc 123'.find('[0-9]+') == '123' && 'abc 123'.find('xyz') == ''",
    "'123 abc 456'.findAll('[0-9]+') == ['123', '456']",
    "'123 abc 456'.findAll('[0-9]+', 1) == ['123']",
    "'123 abc 456'.findAll('xyz') == []",
    "'abc'.matches('^[a-c]+$') && matches('abc', 'b') && !'abc'.matches('^b')",
    "'foo-bar'.matches('(?i)^FOO') && 'a\\nb'.matches('(?m)^b$')",
  ],
  lists: [
    '[1, 2, 3].isSorted() && !([2.0, 1.0].isSorted()) && [].isSorted()',
    "[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && [duration('1m'), duration('1s')].sum() == duration('1m1s')",
    '[1, 3].min() == 1 && [1, 3].max() == 3 && [].sum() == 0',
    "[1, 2, 2, 3].indexOf(2) == 1 && ['a', 'b', 'b', 'c'].lastIndexOf('b') == 2 && [1.0].indexOf(1.1) == -1",
    '[1, 2, 3, 4].slice(1, 3) == [2, 3] && [5, 3, 1, 2].reverse() == [2, 1, 3, 5]',
    "[1, [2, 3], [4]].flatten() == [1, 2, 3, 4] && ['b', 'c', 'a'].sort() == ['a', 'b', 'c']",
    '[1, 2, 2, 3, 3, 3].distinct() == [1, 2, 3] && lists.range(5) == [0, 1, 2, 3, 4]',
    "[{'n': 'foo', 's': 0}, {'n': 'bar', 's': -10}].sortBy(e, e.s).map(e, e.n) == ['bar', 'foo']",
  ],
  sets: [
    'sets.contains([1, 2, 3, 4], [2, 3]) && !sets.contains([], [1]) && sets.contains([], [])',
    'sets.equivalent([1], [1, 1]) && sets.equivalent([1, 2, 3], [3, 2, 1])',
    'sets.intersects([1], [1, 2]) && !sets.intersects([1], [])',
  ],
  'two variables': [
    '[1, 2, 3].all(i, j, i < j)',
    "!({'hello': 'world', 'taco': 'taco'}.all(k, v, k != v))",
    "{'h': ['hello', 'hi'], 'j': ['joke', 'jog']}.all(k, vals, vals.all(v, v.startsWith(k)))",
    "{'greeting': 'hello', 'farewell': 'goodbye'}.exists(k, v, k.startsWith('good') || v.endsWith('bye'))",
    '[1, 1, 2, 2, 3, 3].existsOne(i, v, i == 2 && v == 2) && ![1, 2, 1].exists_one(i, v, v == 1)',
    '[1, 2, 3].transformList(i, v, (i * v) + v) == [1, 4, 9]',
    '[1, 2, 3].transformList(i, v, i % 2 == 0, (i * v) + v) == [1, 9]',
    "{'greeting': 'hello'}.transformMap(k, v, v + '!') == {'greeting': 'hello!'}",
    "{'greeting': 'hello'}.transformMapEntry(k, v, {v: k}) == {'hello': 'greeting'}",
  ],
  optionals: [
    'optional.of(1).optMap(x, x + 1).value() == 2 && !optional.none().optMap(x, x + 1).hasValue()',
    '[[1, 2]].first().optFlatMap(x, x.last()).value() == 2 && ![].first().hasValue()',
    "!optional.ofNonZeroValue('').hasValue() && optional.ofNonZeroValue([1]).hasValue()",
    'optional.unwrap([optional.of(42), optional.none()]) == [42] && [optional.of(1)].unwrapOpt() == [1]',
    "{'a': 1}[?'b'].orValue(2) == 2 && [1][?0].orValue(2) == 1",
  ],
  quantity: [
    "isQuantity('1.3Gi') && !isQuantity('200K') && !isQuantity('Mi')",
    "quantity('50k').isInteger() && quantity('50k').asInteger() == 50000 && !quantity('500m').isInteger()",
    "quantity('50k').sub(20000).asApproximateFloat() == 30000.0",
    "quantity('50k').add(quantity('20k')) == quantity('70k') && quantity('50k').add(20) == quantity('50020')",
    "quantity('50k').sign() == 1 && quantity('-1').sign() == -1 && quantity('0').sign() == 0",
    "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('200M').compareTo(quantity('0.2G')) == 0",
    "quantity('1') != quantity('2')",
  ],
  semver: [
    "isSemver('1.0.0') && !isSemver('hello') && !isSemver('v1.0') && isSemver('v1.0', true)",
    "semver('01.01.01', true) == semver('1.1.1') && semver('v1.0.0', true) == semver('1.0.0')",
    "semver('1.2.3').major() == 1 && semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3",
    "semver('1.2.3').compareTo(semver('2.0.0')) == -1 && semver('1.2.3').isGreaterThan(semver('0.1.2'))",
    "semver('1.0.0-alpha').isLessThan(semver('1.0.0')) && semver('1.0.0-alpha.2').isLessThan(semver('1.0.0-alpha.10'))",
    "semver('1.0.0+a') == semver('1.0.0+b')",
  ],
  ip: [
    "isIP('127.0.0.1') && isIP('::1') && !isIP('127.0.0.256') && !isIP(':::1')",
    "ip.isCanonical('127.0.0.1') && ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')",
    "ip('127.0.0.1').family() == 4 && ip('::1').family() == 6 && string(ip('2001:DB8::1')) == '2001:db8::1'",
    "ip('127.0.0.1').isLoopback() && !ip('192.168.0.1').isLoopback() && ip('::1').isLoopback()",
    "ip('0.0.0.0').isUnspecified() && ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast()",
    "ip('169.254.169.254').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast() && !ip('fd80::1').isLinkLocalUnicast()",
    "ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && !ip('ff00::1').isGlobalUnicast()",
    "ip('2001:db8::1') == ip('2001:DB8:0:0::1')",
  ],
  cidr: [
    "isCIDR('192.168.0.0/16') && isCIDR('::1/128') && !isCIDR('192.168.0.0/33') && !isCIDR('192.168.0.1')",
    "cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && !cidr('192.168.0.0/24').containsCIDR(cidr('192.168.0.0/16'))",
    "cidr('192.168.0.1/24').ip() == ip('192.168.0.1') && cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24')",
    "cidr('::1/128').prefixLength() == 128 && string(cidr('192.168.0.0/16')) == '192.168.0.0/16'",
  ],
  url: [
    "url('https://example.com:80/').getHost() == 'example.com:80' && url('https://[::1]:80/').getHostname() == '::1'",
    "url('https://example.com:80/').getPort() == '80' && url('/path').getPort() == '' && url('/path').getScheme() == ''",
    "url('https://example.com/with space/').getEscapedPath() == '/with%20space/'",
    "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery() == {'k1': ['a'], 'k2': ['b', 'c']}",
    "isURL('https://user:pass@example.com:80/path?query=val#fragment') && isURL('/absolute-path')",
    "!isURL('https://a:b:c/') && !isURL('../relative-path')",
  ],
  formats: [
    "!format.dns1123Label().validate('my-label').hasValue()",
    "format.dns1123Label().validate('-').value()[0].startsWith('a lowercase RFC 1123 label')",
    "format.named('dns1123Label').value() == format.dns1123Label() && !format.named('nothing').hasValue()",
    "format.uuid().validate('x').value() == ['does not match the UUID format'] && !format.date().validate('2024-02-29').hasValue()",
    "format.uri().validate('relative').value() == ['parse \"relative\": invalid URI for request']",
  ],
  comparisons: [
    "dyn({'a': 1, 'b': 'x'}) == dyn({'b': 'x', 'a': 1}) && dyn([1, 'a']) != dyn(['a', 1])",
    "'a' in [1, 'a'] && !('b' in [1, 'a']) && 'k' in {'k': null} && !(1 in [])",
    "dyn(1) == 1.0 && dyn('1') != 1 && type(1) != string && optional.of([1]) == optional.of([1])",
    "optional.none() == optional.none() && duration('60s') == duration('1m') && b'a' != b'b'",
  ],
  conversions: [
    "string(timestamp('2024-01-01T00:00:00.5Z')) == '2024-01-01T00:00:00.5Z' && int(timestamp('1970-01-01T00:01:00Z')) == 60",
    "string(duration('90s')) == '90s'",
  ],
};
for (const [library, expressions] of Object.entries(isTrue)) {
  test.each(expressions)(`${library}: %s`, (expression) => expect(outcome(expression)).toBe(true));
}

const failures: [expression: string, why: string][] = [
  ["'hello'.charAt(-1) == ''", 'Error: index out of range: -1'],
  ['[].min() == 1', 'Error: min called on empty list'],
  [
    "quantity('Three').sign() == 1",
    "Error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  ["quantity('500m').asInteger() == 1", 'Error: cannot convert value to integer'],
  ["semver('200K').major() == 1", 'Error: No Major.Minor.Patch elements found'],
  [
    "ip('nonsense').family() == 4",
    'Error: IP Address "nonsense" parse error during conversion from string: ParseAddr("nonsense"): unable to parse IP',
  ],
  ["ip('::ffff:1.2.3.4').family() == 4", 'Error: IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'],
  ["ip('fe80::1%en0').family() == 6", 'Error: IP address "fe80::1%en0" with zone value is not allowed'],
  [
    "url('relative').getHost() == ''",
    'Error: URL parse error during conversion from string: parse "relative": invalid URI for request',
  ],
  [
    "'%d'.format(['a']) == ''",
    'Error: error during formatting: only integers, and doubles can be formatted with decimal clause, was given string',
  ],
  ["'%d %d'.format([1]) == ''", 'Error: index 1 out of range'],
  [
    "{'a': 'x', 'b': 'x'}.transformMapEntry(k, v, {v: k}) == {}",
    'Error: insert failed: key x already exists',
  ],
  ["'a'.find(string(self)) == ''", 'Error: no such overload'],
  [
    "'a'.matches('[')",
    "ERROR: <input>:1:13: invalid matches argument\n | 'a'.matches('[')\n | ............^",
  ],
  [
    "duration('abc') == duration('1s')",
    "ERROR: <input>:1:10: invalid duration argument\n | duration('abc') == duration('1s')\n | .........^",
  ],
  [
    "'a'.matches(1)",
    "ERROR: <input>:1:12: found no matching overload for 'matches' applied to 'string.(int)'\n | 'a'.matches(1)\n | ...........^",
  ],
];
test.each(failures)('%s fails', (expression, why) => expect(outcome(expression)).toBe(why));

test('objects are equal however their fields are ordered', () => {
  const self = { a: { x: 1n, y: 'b', z: [true, 'c'] }, b: { z: [true, 'c'], y: 'b', x: 1n } };
  expect(outcome('self.a == self.b && !(self.a != self.b)', self)).toBe(true);
  expect(outcome('self.a == self.b.z', self)).toBe(false);
});

test('of a value whose type is not known, methods are found when it is there', () => {
  const self = { list: [3n, 1n], text: 'aXb', memory: '1Gi' };
  expect(outcome('self.list.sort() == [1, 3] && self.list.min() == 1 && self.list.sum() == 4', self)).toBe(
    true,
  );
  expect(outcome("self.text.matches('X') && self.text.lowerAscii() == 'axb'", self)).toBe(true);
  expect(outcome("quantity(self.memory).isGreaterThan(quantity('1G'))", self)).toBe(true);
  expect(outcome("self.all(k, v, k != '' && v != null)", self)).toBe(true);
});

const many = Array.from({ length: 1500 }, (_, index) => BigInt(index));
const dear: Record<string, { expression: string; self: unknown }> = {
  'a text that doubles': { expression: `${doubled(40)}.size() > 0`, self: 'abc' },
  'a list that doubles': { expression: `${doubled(40)}.size() > 0`, self: [1n] },
  'loops in loops': { expression: 'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))', self: many },
  'loops of two variables': {
    expression: 'self.all(i, a, self.all(j, b, self.all(k, c, a + b + c >= 0)))',
    self: many,
  },
  'a long search': { expression: "self.matches('^(a|aa)+$')", self: 'a'.repeat(1_000_000) },
  'many comparisons': { expression: 'self.distinct().size() > 0', self: many },
  'what swallows errors': {
    expression: 'self.exists(a, self.all(b, self.all(c, a + b + c >= 0))) || true',
    self: many,
  },
};
for (const [name, { expression, self }] of Object.entries(dear)) {
  test(`${name} comes to an end`, () => {
    expect(outcome(expression, self)).toBe('Error: operation cancelled: actual cost limit exceeded');
  });
}

/** `self`, put together with itself so many times over. */
function doubled(times: number): string {
  const names = Array.from({ length: times }, (_, index) => `x${index}`);
  const binds = names.map(
    (name, index) => `cel.bind(${name}, ${names[index - 1] ?? 'self'} + ${names[index - 1] ?? 'self'}, `,
  );
  return `${binds.join('')}${names.at(-1)}${')'.repeat(times)}`;
}
