import { expect, test } from 'vitest';
import { annotationWarnings } from './annotationRules.ts';
import { NOTIFY_RULES, notifyTarget } from './notifyAnnotations.ts';

const HOOK = 'https://hooks.example/x?team=a';

interface Case {
  readonly given: Record<string, string>;
  readonly want: ReturnType<typeof notifyTarget>;
  readonly warns?: string;
}
const usual = { url: HOOK, on: ['failed', 'missed'] } as const;
const cases: Record<string, Case> = {
  'failed and missed runs are told unless more is asked for': { given: { notify: HOOK }, want: usual },
  'what is asked for is told, and nothing else': {
    given: { notify: HOOK, 'notify-on': 'started, succeeded' },
    want: { url: HOOK, on: ['started', 'succeeded'] },
  },
  'an unknown occasion spoils the list': {
    given: { notify: HOOK, 'notify-on': 'failed,late' },
    want: usual,
    warns: 'one or more of failed, missed, succeeded, started, with commas between them',
  },
  'an empty list is none': {
    given: { notify: HOOK, 'notify-on': ' , ' },
    want: usual,
    warns: 'one or more of failed, missed, succeeded, started, with commas between them',
  },
  'a secret is named': {
    given: { notify: HOOK, 'notify-secret': 'hook' },
    want: { ...usual, secret: 'hook' },
  },
  'by a name that a secret can have': {
    given: { notify: HOOK, 'notify-secret': 'Not A Name' },
    want: usual,
    warns: 'the name of a secret',
  },
  'http will do': {
    given: { notify: 'http://127.0.0.1:8080' },
    want: { ...usual, url: 'http://127.0.0.1:8080' },
  },
  'other ways will not': {
    given: { notify: 'ftp://hooks.example' },
    want: undefined,
    warns: 'an http or https URL without a password',
  },
  'nor will a path': {
    given: { notify: '/x' },
    want: undefined,
    warns: 'an http or https URL without a password',
  },
  'a password is not for everybody to read': {
    given: { notify: 'https://me:word@hooks.example/' },
    want: undefined,
    warns: 'an http or https URL without a password',
  },
  'without a receiver nobody is told': { given: { 'notify-on': 'failed' }, want: undefined },
};
for (const [name, { given, want, warns }] of Object.entries(cases)) {
  test(name, () => {
    const annotations = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [`sampan.dev/${key}`, value]),
    );
    expect(notifyTarget({ annotations })).toEqual(want);
    const warnings = annotationWarnings({ annotations }, NOTIFY_RULES);
    expect(warnings.map((warning) => warning.split(' is ignored: it must be ')[1])).toEqual(
      warns === undefined ? [] : [warns],
    );
  });
}
