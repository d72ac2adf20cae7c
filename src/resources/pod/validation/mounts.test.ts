import { expect, test } from 'vitest';
import type { Container } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { container, pod } from '../testing.ts';

const volumes = [
  { name: 'v' },
  { name: 'i', image: { reference: 'a' } },
  { name: 'c', persistentVolumeClaim: { claimName: 'c' } },
  { name: 'd', persistentVolumeClaim: { claimName: 'd' } },
];

const cases: Record<string, { given: Partial<Container>; want?: string[] }> = {
  'a part of an image may be mounted': {
    given: {
      volumeMounts: [
        { name: 'i', mountPath: '/a', subPath: 'x' },
        { name: 'i', mountPath: '/b', subPathExpr: '$(X)' },
      ],
    },
  },
  'each path is mounted once, at a part below the volume': {
    given: {
      volumeMounts: [
        { name: 'v', mountPath: '/v', subPath: '/x' },
        { name: 'v', mountPath: '/v', subPathExpr: 'a/..', subPath: 'b' },
      ],
    },
    want: [
      'volumeMounts.subPath: Invalid value: "/x": must be a relative path',
      'volumeMounts[1].mountPath: Invalid value: "/v": must be unique',
      'volumeMounts[1].subPathExpr: Invalid value: "a/..": subPathExpr and subPath are mutually exclusive',
      'volumeMounts.subPathExpr: Invalid value: "a/..": must not contain \'..\'',
    ],
  },
  'a mount has a volume and a path': {
    given: { volumeMounts: [{ name: '', mountPath: '' }] },
    want: [
      'volumeMounts[0].name: Required value',
      'volumeMounts[0].name: Not found: ""',
      'volumeMounts[0].mountPath: Required value',
    ],
  },
  'only what is read-only, and not propagated, is so below as well': {
    given: {
      volumeMounts: [
        { name: 'v', mountPath: '/a', recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' },
        { name: 'v', mountPath: '/b', recursiveReadOnly: 'Sometimes', mountPropagation: 'Never' },
      ],
    },
    want: [
      'volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      'volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
      'volumeMounts.mountPropagation: Unsupported value: "Never": supported values: "Bidirectional", "HostToContainer", "None"',
      'volumeMounts.recursiveReadOnly: Unsupported value: "Sometimes": supported values: "Disabled", "Enabled", "IfPossible"',
    ],
  },
  'what has no name is not there twice': {
    given: {
      volumeDevices: [
        { name: '', devicePath: '/a' },
        { name: '', devicePath: '/b' },
      ],
    },
    want: [
      'volumeDevices[0].name: Required value',
      'volumeDevices[0].name: Not found: ""',
      'volumeDevices[1].name: Required value',
      'volumeDevices[1].name: Not found: ""',
    ],
  },
  'a device is of a claim, at a path of its own, and not mounted too': {
    given: {
      volumeMounts: [{ name: 'd', mountPath: '/d' }],
      volumeDevices: [
        { name: 'v', devicePath: '/x' },
        { name: 'c', devicePath: '/x' },
        { name: 'd', devicePath: '/../d' },
      ],
    },
    want: [
      'volumeMounts[0].name: Invalid value: "d": must not already exist in volumeDevices',
      'volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'volumeDevices[1].devicePath: Invalid value: "/x": must be unique',
      'volumeDevices[2].devicePath: Invalid value: "/../d": can not contain backsteps (\'..\')',
      'volumeDevices[2].name: Invalid value: "d": must not already exist in volumeMounts',
    ],
  },
};
test.each(Object.entries(cases))('%s', (_, { given, want = [] }) => {
  const errors = validatePod(pod({ volumes, containers: [container(given)] }));
  expect(problems(errors)).toEqual(want.map((line) => `spec.containers[0].${line}`));
});
