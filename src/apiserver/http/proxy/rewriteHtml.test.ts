import { describe, expect, test } from 'vitest';
import { rewriteHtml } from './rewriteHtml.ts';
import { rewriteLink } from './rewriteLink.ts';

const rules = {
  host: '10.244.1.2:80',
  requestHost: 'localhost:8001',
  prefix: '/api/v1/namespaces/n/pods/web/proxy',
};
const rewrite = (link: string) => rewriteLink(link, rules);

describe('a link', () => {
  const cases: Record<string, { link: string; want: string }> = {
    'from the root leads through the proxy': { link: '/app/?a=1#b', want: `${rules.prefix}/app/?a=1#b` },
    'to the root keeps its slash': { link: '/', want: `${rules.prefix}/` },
    'without detours': { link: '/a/../b', want: `${rules.prefix}/b` },
    'to the pod by its address loses that': { link: 'http://10.244.1.2:80/x', want: `${rules.prefix}/x` },
    'to the host that the client knows keeps that': {
      link: 'http://localhost:8001/x',
      want: `http://localhost:8001${rules.prefix}/x`,
    },
    'that leads through the proxy already stays': { link: `${rules.prefix}/x`, want: `${rules.prefix}/x` },
    'that is relative stays': { link: 'x/y?z', want: 'x/y?z' },
    'to elsewhere stays': { link: 'https://example.com/x', want: 'https://example.com/x' },
    'to elsewhere by the same scheme stays': { link: '//example.com/x', want: '//example.com/x' },
    'of another kind stays': { link: 'mailto:me@example.com', want: 'mailto:me@example.com' },
    'of nothing stays': { link: '', want: '' },
  };
  for (const [name, { link, want }] of Object.entries(cases))
    test(name, () => expect(rewrite(link)).toBe(want));
});

describe('of a page', () => {
  const to = rules.prefix;
  const cases: Record<string, { html: string; want: string }> = {
    'links are rewritten, however they are quoted': {
      html: `<A HREF="/a">x</A><img src='/b'><a href=/c>`,
      want: `<A HREF="${to}/a">x</A><img src='${to}/b'><a href=${to}/c>`,
    },
    'only attributes that are links are': {
      html: '<a title="/a" href="/b?x=1&amp;y=2"><p src="/c">/d</p>',
      want: `<a title="/a" href="${to}/b?x=1&amp;y=2"><p src="/c">/d</p>`,
    },
    'scripts are found, what they say is not read': {
      html: '<script src="/a.js">x = \'<a href="/b">\'</script><link href="/c"/>',
      want: `<script src="${to}/a.js">x = '<a href="/b">'</script><link href="${to}/c"/>`,
    },
    'comments are not read, even without an end': {
      html: '<!-- <a href="/a"> --><a href="/b"><!-- <a href="/c">',
      want: `<!-- <a href="/a"> --><a href="${to}/b"><!-- <a href="/c">`,
    },
    'a quoted > is no end': {
      html: '<a title=">" href="/a">',
      want: `<a title=">" href="${to}/a">`,
    },
    'what is no element is text': { html: 'a < b, <3, <a href="/x', want: 'a < b, <3, <a href="/x' },
  };
  for (const [name, { html, want }] of Object.entries(cases))
    test(name, () => expect(rewriteHtml(html, rewrite)).toBe(want));
});

test.each(['<a', '<a "', '<a \'"', '<script', '<!-', 'x=', '<a x', '< ', '<title>'])(
  'a megabyte of %s is read in a moment',
  (text) => {
    const page = `<a ${text.repeat(1_000_000 / text.length)}`;
    expect(rewriteHtml(page, rewrite)).toBe(page);
  },
  5_000,
);
