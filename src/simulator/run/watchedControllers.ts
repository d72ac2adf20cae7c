import { isStatusError } from '../../apimachinery/errors.ts';
import type { WrapController } from '../../cluster/controllers.ts';
import type { Controller } from '../../controllers/framework/controller.ts';

/** The promise that is watched over here. */
export const INVALID = 'no controller asks for what the API refuses as invalid';

/** Tells of controllers that ask for what the API refuses as invalid, whatever else is done to them by `wrap`. */
export const watchingForInvalid =
  (tell: (what: string) => void, wrap: WrapController = (controller) => controller): WrapController =>
  (controller) =>
    watched(wrap(controller), tell);

function watched<Seen, Action>(
  controller: Controller<Seen, Action>,
  tell: (what: string) => void,
): Controller<Seen, Action> {
  const { name } = controller;
  return {
    name,
    watch: (enqueue) => controller.watch(enqueue),
    observe: (key) => controller.observe(key),
    plan: (seen, now) => controller.plan(seen, now),
    execute: (seen, action, client) =>
      controller.execute(seen, action, client).catch((error) => {
        if (isStatusError(error, 'Invalid')) tell(`${name}: ${error.message}`);
        throw error;
      }),
    onSynced: (seen, plan, outcome) => controller.onSynced?.(seen, plan, outcome),
  };
}
