const TOKEN = /\s*(\d+|[A-Za-z_]\w*|\*\*|[<>=!]=|&&|\|\||[-+*/%()<>])/y;
const PRECEDENCE: Record<string, number> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

/** The value of `$((…))`: whole numbers, variables, the usual operators. What makes no sense is 0. */
export function evaluate(expression: string, variable: (name: string) => string): number {
  const tokens = cut(expression.replaceAll('$', ''));
  let at = 0;
  const operand = (): number => {
    const token = tokens[at++];
    if (token === '(') {
      const value = binary(1);
      at++;
      return value;
    }
    if (token === '-') return -operand();
    if (token === '+') return operand();
    if (token === undefined) return 0;
    return Math.trunc(Number(/^\d/.test(token) ? token : variable(token))) || 0;
  };
  const binary = (lowest: number): number => {
    let left = operand();
    for (;;) {
      const operator = tokens[at];
      const precedence = operator === undefined ? 0 : (PRECEDENCE[operator] ?? 0);
      if (precedence < lowest) return left;
      at++;
      left = apply(operator!, left, binary(precedence + 1));
    }
  };
  return tokens.length > 200 ? 0 : binary(1);
}

function cut(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(expression); match; match = TOKEN.exec(expression)) tokens.push(match[1]!);
  return tokens;
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? 0 : Math.trunc(a / b);
    case '%':
      return b === 0 ? 0 : a % b;
    default:
      return Number(compares(operator, a, b));
  }
}

function compares(operator: string, a: number, b: number): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    case '&&':
      return a !== 0 && b !== 0;
    default:
      return a !== 0 || b !== 0;
  }
}
