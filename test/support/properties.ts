import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a run says something about the change and not about its
 * luck. `PROPERTY_SEED=random npx vitest run --project unit` looks for new ones.
 */
const seed = process.env.PROPERTY_SEED ?? '1';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
