"""What a user of Python's client does with a cluster: one line of JSON for each step that went as it should."""

import contextlib
import json
import socket
import sys
import time

from kubernetes import client, config, dynamic, watch
from kubernetes.stream import portforward, stream

config.load_kube_config(sys.argv[1])
core = client.CoreV1Api()
batch = client.BatchV1Api()
NAMESPACE = "default"


def tell(step, result):
    print(json.dumps({"step": step, "result": result}), flush=True)


def pod_spec(command, policy="Never"):
    container = client.V1Container(name="main", image="alpine", command=command)
    return client.V1PodSpec(restart_policy=policy, containers=[container])


def meta(name):
    return client.V1ObjectMeta(name=name, labels={"app": name})


def job():
    template = client.V1PodTemplateSpec(spec=pod_spec(["sh", "-c", "echo from python"]))
    batch.create_namespaced_job(
        NAMESPACE,
        client.V1Job(metadata=meta("tour"), spec=client.V1JobSpec(template=template, completions=2)),
    )
    watcher = watch.Watch()
    for event in watcher.stream(batch.list_namespaced_job, NAMESPACE, timeout_seconds=60):
        conditions = event["object"].status.conditions or []
        if any(condition.type == "Complete" for condition in conditions):
            watcher.stop()
            tell("job", event["object"].status.succeeded)
    pod = core.list_namespaced_pod(NAMESPACE, label_selector="job-name=tour").items[0]
    tell("log", core.read_namespaced_pod_log(pod.metadata.name, NAMESPACE))


def run(name, command):
    core.create_namespaced_pod(NAMESPACE, client.V1Pod(metadata=meta(name), spec=pod_spec(command)))
    watcher = watch.Watch()
    for event in watcher.stream(
        core.list_namespaced_pod, NAMESPACE, label_selector="app=" + name, timeout_seconds=60
    ):
        if event["object"].status.phase == "Running":
            watcher.stop()


def command():
    run("shell", ["sleep", "600"])
    tell(
        "exec",
        stream(
            core.connect_get_namespaced_pod_exec,
            "shell",
            NAMESPACE,
            command=["sh", "-c", "echo out; echo err >&2; exit 3"],
            stdin=False,
            stdout=True,
            stderr=True,
            tty=False,
        ),
    )
    session = stream(
        core.connect_get_namespaced_pod_exec,
        "shell",
        NAMESPACE,
        command=["sh"],
        stdin=True,
        stdout=True,
        stderr=True,
        tty=False,
        _preload_content=False,
    )
    session.write_stdin("echo $((1 + 2)); exit 4\n")
    session.run_forever(timeout=30)
    tell("session", [session.read_stdout(), session.returncode])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(pod, port):
    """What a server in the pod answers until it closes the connection, and why there is no more."""
    forward = portforward(core.connect_get_namespaced_pod_portforward, pod, NAMESPACE, ports=str(port))
    connection = forward.socket(port)
    connection.setblocking(True)
    answer = b""
    with contextlib.suppress(ConnectionError):  # it may be over before all is said
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        while data := connection.recv(4096):
            answer += data
    return answer.decode(), forward.error(port)


def ports():
    port = free_port()
    run("server", ["/usr/bin/python3", "-m", "http.server", str(port), "--bind", "127.0.0.1"])
    answer, error = ask("server", port)
    while error:  # it runs, but does not listen yet
        answer, error = ask("server", port)
    tell("forward", answer.splitlines()[0])
    start = time.monotonic()
    _, error = ask("server", free_port())
    tell("refused", ["refused" in error.lower(), "at once" if time.monotonic() - start < 10 else "late"])


IN_POD = """
from kubernetes import client, config
config.load_kube_config()
try:
    client.CoreV1Api().list_node()
except client.ApiException as error:
    print(error.status, error.body)
"""


def in_pod():
    core.create_namespaced_pod(
        NAMESPACE, client.V1Pod(metadata=meta("inside"), spec=pod_spec(["/usr/bin/python3", "-c", IN_POD]))
    )
    watcher = watch.Watch()
    for event in watcher.stream(
        core.list_namespaced_pod, NAMESPACE, label_selector="app=inside", timeout_seconds=60
    ):
        if event["object"].status.phase in ("Succeeded", "Failed"):
            watcher.stop()
    status, body = core.read_namespaced_pod_log("inside", NAMESPACE).split(" ", 1)
    tell("inside", [status, "system:serviceaccount:default:default" in body])


def errors():
    try:
        core.read_namespaced_pod("nobody", NAMESPACE)
    except client.ApiException as error:
        tell("missing", [error.status, json.loads(error.body)["reason"]])


def dynamically():
    daemon_jobs = dynamic.DynamicClient(client.ApiClient()).resources.get(
        api_version="sampan.dev/v1", kind="DaemonJob"
    )
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "alpine", "command": ["true"]}]}}
    body = {"metadata": {"name": "tour"}, "spec": {"jobTemplate": {"spec": {"template": template}}}}
    created = daemon_jobs.create(body=body, namespace=NAMESPACE)
    tell("dynamic", [created.kind, created.metadata.name])


job()
command()
ports()
in_pod()
errors()
dynamically()
