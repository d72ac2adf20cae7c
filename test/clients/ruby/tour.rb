# What a user of Ruby's client does with a cluster: one line of JSON for each step that went as it should.

require "json"
require "kubeclient"

NAMESPACE = "default"
context = Kubeclient::Config.read(ARGV.fetch(0)).context
CLIENT = lambda do |path, version|
  Kubeclient::Client.new(
    context.api_endpoint + path, version, ssl_options: context.ssl_options, auth_options: context.auth_options
  )
end
CORE = CLIENT.call("/api", "v1")
BATCH = CLIENT.call("/apis/batch", "v1")

def tell(step, result)
  puts JSON.generate(step: step, result: result)
  $stdout.flush
end

def job
  container = { name: "main", image: "busybox", command: ["sh", "-c", "echo from ruby; sleep 1; echo done"] }
  template = { spec: { restartPolicy: "Never", containers: [container] } }
  metadata = { name: "tour", namespace: NAMESPACE }
  BATCH.create_job(Kubeclient::Resource.new(metadata: metadata, spec: { template: template }))
  BATCH.watch_jobs(namespace: NAMESPACE, name: "tour") do |notice|
    next unless (notice.object.status.conditions || []).any? { |condition| condition.type == "Complete" }

    tell("job", [notice.type, notice.object.status.succeeded])
    break
  end
  pod = CORE.get_pods(namespace: NAMESPACE, label_selector: "job-name=tour").first.metadata.name
  lines = []
  CORE.watch_pod_log(pod, NAMESPACE) { |line| lines << line }
  tell("log", lines)
end

def patches
  config = { metadata: { name: "tour", namespace: NAMESPACE }, data: { a: "1" } }
  CORE.create_config_map(Kubeclient::Resource.new(config))
  CORE.patch_config_map("tour", { data: { b: "2" } }, NAMESPACE)
  CORE.merge_patch_config_map("tour", { data: { a: nil } }, NAMESPACE)
  CORE.json_patch_config_map("tour", [{ op: "add", path: "/data/c", value: "3" }], NAMESPACE)
  applied = { apiVersion: "v1", kind: "ConfigMap", metadata: config[:metadata], data: { d: "4" } }
  tell("patches", CORE.apply_config_map(applied, field_manager: "tour").data.to_h)
end

def pages
  %w[one two].each do |name|
    CORE.create_secret(Kubeclient::Resource.new(metadata: { name: name, namespace: NAMESPACE }, stringData: { k: name }))
  end
  first = CORE.get_secrets(namespace: NAMESPACE, limit: 1)
  rest = CORE.get_secrets(namespace: NAMESPACE, limit: 1, continue: first.continue)
  tell("pages", [first, rest].map { |page| [page.map { |secret| secret.metadata.name }, page.last?] })
end

def errors
  CORE.get_pod("nobody", NAMESPACE)
rescue Kubeclient::ResourceNotFoundError => error
  tell("missing", [error.error_code, error.message])
end

job
patches
pages
errors
tell("absent", begin
  CLIENT.call("/apis/networking.k8s.io", "v1").discover
rescue Kubeclient::ResourceNotFoundError => error
  error.error_code
end)
