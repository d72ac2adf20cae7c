interface Condition {
  readonly type: string;
  readonly status: string;
}

interface WithConditions<Each extends Condition> {
  readonly status?: { readonly conditions?: readonly Each[] | undefined } | undefined;
}

/** The condition of a type in an object's status, whatever it says. */
export const conditionOf = <Each extends Condition>(
  { status }: WithConditions<Each>,
  type: string,
): Each | undefined => status?.conditions?.find((condition) => condition.type === type);

/** The condition of a type in an object's status, if it is `True`. */
export function trueCondition<Each extends Condition>(
  object: WithConditions<Each>,
  type: string,
): Each | undefined {
  const condition = conditionOf(object, type);
  return condition?.status === 'True' ? condition : undefined;
}

export const hasTrueCondition = (object: WithConditions<Condition>, type: string): boolean =>
  trueCondition(object, type) !== undefined;

/** Whether a pod serves, or a node takes pods. */
export const isReady = (object: WithConditions<Condition>): boolean => hasTrueCondition(object, 'Ready');
