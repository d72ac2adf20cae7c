/** A node of an expression that has been read, as far as it is looked at here. */
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly checkedType?: CelType;
  readonly meta: {
    readonly macro?: object | undefined;
    /** What is carried out in its place: the loop that a macro stands for. */
    readonly alternate?: CelNode | undefined;
  };
  evaluate(evaluator: CelEvaluator, node: CelNode, context: CelContext): unknown;
  setMeta(key: string, value: unknown): CelNode;
}

/** Where variables are looked up while an expression is checked and carried out. */
export interface CelContext {
  forkWithVariable(name: string, type: unknown): CelContext;
  reuse(parent: CelContext): CelContext;
  setIterValue(value: unknown, evaluator: CelEvaluator): CelContext;
}

export interface CelChecker {
  check(node: CelNode, context: CelContext): CelType;
  getType(name: string): CelType;
}

export interface CelType {
  readonly kind: string;
  readonly name: string;
  readonly keyType?: CelType;
  readonly valueType?: CelType;
}

export interface CelEvaluator {
  run(node: CelNode, context: CelContext): unknown;
}

/** The nodes directly below one. */
export const childrenOf = (node: CelNode): CelNode[] => nodesIn(node.args);

function nodesIn(value: unknown): CelNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
    ? [value as CelNode]
    : [];
}

/** How many nodes there are in an expression. */
export const sizeOf = (node: CelNode): number =>
  childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);
