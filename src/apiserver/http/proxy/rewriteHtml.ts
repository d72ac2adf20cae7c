import { promisify } from 'node:util';
import { deflateRaw, gunzip, gzip, inflateRaw } from 'node:zlib';

/** The attributes that are links, by element (HTML 4.01 and 5). */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/**
 * A comment; an element whose content is no markup, with that content; the start of any other. Of what could begin in several ways each
 * reads only up to the next, so that a page takes a time by its length.
 */
const MARKUP =
  /<!--.*?(?:-->|$)|<(?<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])(?<ofRaw>(?:"[^"]*"|'[^']*'|[^"'<>])*)>.*?(?=<\/\k<raw>\b|$)|<(?<name>[a-z][^\s/<>]*)(?<ofName>(?:"[^"]*"|'[^']*'|[^"'<>])*)>/gis;

const ATTRIBUTE = /(?<![^\s"'>/=])([^\s"'>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g;

/** The same page with its links rewritten. What is not touched stays as it is, to the letter. */
export const rewriteHtml = (html: string, rewrite: (link: string) => string): string =>
  html.replace(MARKUP, (markup, raw?: string, ofRaw = '', name?: string, ofName = '') => {
    const element = raw ?? name ?? '';
    const links = LINKS[element.toLowerCase()];
    const attributes: string = raw ? ofRaw : ofName;
    if (!links || attributes === '') return markup;
    const start = 1 + element.length;
    const rewritten = attributes.replace(
      ATTRIBUTE,
      (attribute, key: string, equals: string, value: string) =>
        links.includes(key.toLowerCase()) ? `${key}${equals}${rewriteValue(value, rewrite)}` : attribute,
    );
    return `${markup.slice(0, start)}${rewritten}${markup.slice(start + attributes.length)}`;
  });

function rewriteValue(value: string, rewrite: (link: string) => string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const text = quote ? value.slice(1, -1) : value;
  const link = text.replaceAll('&amp;', '&');
  const rewritten = rewrite(link);
  return rewritten === link ? value : `${quote}${rewritten.replaceAll('&', '&amp;')}${quote}`;
}

type Coding = (bytes: Buffer) => Promise<Buffer>;

/** How a page is packed, and unpacked, by `content-encoding`. */
const CODINGS: Readonly<Record<string, { readonly unpack: Coding; readonly pack: Coding }>> = {
  '': { unpack: async (bytes) => bytes, pack: async (bytes) => bytes },
  gzip: { unpack: promisify<Buffer, Buffer>(gunzip), pack: promisify<Buffer, Buffer>(gzip) },
  deflate: { unpack: promisify<Buffer, Buffer>(inflateRaw), pack: promisify<Buffer, Buffer>(deflateRaw) },
};

export const canRewrite = (coding: string): boolean => coding in CODINGS;

/** A page as bytes, in whatever characters: only those of ASCII are looked at. */
export async function rewritePage(
  page: Buffer,
  coding: string,
  rewrite: (link: string) => string,
): Promise<Buffer> {
  const { unpack, pack } = CODINGS[coding]!;
  const html = (await unpack(page)).toString('latin1');
  return pack(Buffer.from(rewriteHtml(html, rewrite), 'latin1'));
}
