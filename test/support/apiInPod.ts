/** Asks the API as client libraries in pods do: by the service's variables, with the token and the authority of the service account. */
const CLIENT = `
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, TOKEN, CA } = process.env;
const options = { host, port, ca: CA, path: "/version", headers: { authorization: "Bearer " + TOKEN } };
require("https").get(options, (answer) => answer.pipe(process.stdout)).on("error", ({ message }) => console.log(message));
`;

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A script for a pod that has the host's root at `/host`: it prints what the API answers to `/version`. */
export const ASK_API = `export TOKEN="$(cat ${ACCOUNT}/token)" CA="$(cat ${ACCOUNT}/ca.crt)"
exec chroot /host ${process.execPath} -e '${CLIENT}'
`;

/** A container's and its pod's fields with which the script works. */
export const WITH_HOST_ROOT = {
  container: { volumeMounts: [{ name: 'root', mountPath: '/host', readOnly: true }] },
  spec: { volumes: [{ name: 'root', hostPath: { path: '/' } }] },
};
