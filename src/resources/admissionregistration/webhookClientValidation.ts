import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, portNumber } from '../../apimachinery/nameRules.ts';

/** Where a webhook is: the same for admission and for conversion. */
export interface WebhookClientConfig {
  readonly url?: string;
  readonly service?: WebhookService;
  readonly caBundle?: string;
}

interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
  readonly port?: number;
}

/** By a URL or by a service, and not by both. */
export function checkWebhookClient(
  errors: FieldError[],
  field: string,
  { url, service }: WebhookClientConfig = {},
): void {
  if ((url === undefined) === (service === undefined)) {
    errors.push(required(field, 'exactly one of url or service is required'));
  } else if (url !== undefined) checkUrl(errors, `${field}.url`, url);
  else if (service) checkService(errors, `${field}.service`, service);
}

/** RFC 3986, appendix B, with the authority's user apart. */
const URL_PARTS =
  /^(?:(?<scheme>[^:/?#]+):)?(?:\/\/(?:(?<user>[^/?#@]*)@)?(?<host>[^/?#]*))?[^?#]*(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/s;
const FORM = '; desired format: https://host[/path]';

/** `ValidateWebhookURL` */
function checkUrl(errors: FieldError[], field: string, url: string): void {
  const { scheme = '', user, host = '', query, fragment } = URL_PARTS.exec(url)?.groups ?? {};
  const refuse = (value: string, why: string) => errors.push(invalidValue(field, value, why));
  if (scheme !== 'https') refuse(scheme, `'https' is the only allowed URL scheme${FORM}`);
  if (!host) refuse(host, `host must be provided${FORM}`);
  if (user !== undefined) refuse(user, 'user information is not permitted in the URL');
  if (fragment) refuse(fragment, 'fragments are not permitted in the URL');
  if (query) refuse(query, 'query parameters are not permitted in the URL');
}

/** `ValidateWebhookService` */
function checkService(errors: FieldError[], field: string, service: WebhookService): void {
  const { name, namespace, path = '', port = 0 } = service;
  if (!name) errors.push(required(`${field}.name`, 'service name is required'));
  if (!namespace) errors.push(required(`${field}.namespace`, 'service namespace is required'));
  const problems = portNumber(port);
  if (problems.length > 0)
    errors.push(invalidValue(`${field}.port`, port, `port is not valid: ${problems.join(', ')}`));
  if (path !== '' && path !== '/') checkPath(errors, `${field}.path`, path);
}

function checkPath(errors: FieldError[], field: string, path: string): void {
  const refuse = (why: string) => errors.push(invalidValue(field, path, why));
  if (path === '//') {
    refuse('segment[0] may not be empty');
    return;
  }
  if (!path.startsWith('/')) refuse("must start with a '/'");
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  steps.forEach((step, index) => {
    if (step === '') refuse(`segment[${index}] may not be empty`);
    else for (const problem of dns1123Subdomain(step)) refuse(`segment[${index}]: ${problem}`);
  });
}
