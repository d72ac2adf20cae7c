import { testTour } from './tour.ts';

testTour({
  title: "Python's client runs a job, follows it, commands a pod, reaches its port and asks from within one",
  interpreter: '/usr/bin/python3',
  probe: ['-c', 'import kubernetes'],
  package: 'python3-kubernetes',
  script: 'python/tour.py',
  cluster: { nodes: 1, runtime: 'process' },
  want: {
    job: 2,
    log: 'from python\n',
    exec: 'out\nerr\n',
    session: ['3\n', 4],
    forward: 'HTTP/1.0 200 OK',
    refused: [true, 'at once'],
    inside: ['403', true],
    missing: [404, 'NotFound'],
    dynamic: ['DaemonJob', 'tour'],
  },
});
