import { testTour } from './tour.ts';

testTour({
  title: "Ruby's client runs a job, follows it and its log, patches, and turns pages",
  interpreter: '/usr/bin/ruby',
  probe: ['-e', 'require "kubeclient"'],
  package: 'ruby-kubeclient',
  script: 'ruby/tour.rb',
  cluster: { nodes: 1 },
  want: {
    job: ['MODIFIED', 1],
    log: ['from ruby', 'done'],
    patches: { b: '2', c: '3', d: '4' },
    pages: [
      [['one'], false],
      [['two'], true],
    ],
    missing: [404, 'pods "nobody" not found'],
    absent: 404,
  },
});
