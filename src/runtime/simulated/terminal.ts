import type { Readable } from 'node:stream';
import { LineQueue } from '../lineQueue.ts';

/** What a shell shows on a terminal before it reads a line. */
export const PROMPT = '/ # ';

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const LONGEST_LINE = 8192;

/** The line discipline of a terminal: echoes what is typed, and hands over whole lines. Without `echo` it only cuts lines. */
export function linesOf(input: Readable, echo: ((text: string) => void) | undefined): LineQueue<string> {
  const lines = new LineQueue<string>();
  let line = '';
  const take = (char: string): void => {
    if (char === '\n' || (char === '\r' && echo)) {
      echo?.('\r\n');
      lines.add(line);
      line = '';
    } else if (echo && char === INTERRUPT) {
      echo('^C\r\n');
      line = '';
      lines.add('');
    } else if (echo && char === END_OF_INPUT) {
      if (line === '') lines.close();
    } else if (echo && (char === '\u007f' || char === '\b')) {
      if (line !== '') echo('\b \b');
      line = line.slice(0, -1);
    } else if (line.length < LONGEST_LINE) {
      echo?.(char);
      line += char;
    }
  };
  input.setEncoding('utf8');
  input.on('data', (text: string) => [...text].forEach(take));
  input.on('end', () => {
    if (line !== '') lines.add(line);
    lines.close();
  });
  input.on('error', () => lines.close());
  return lines;
}
