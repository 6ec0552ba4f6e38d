"""What can be said of the chart without a cluster and without starting anything.

  check.py values [--write]   values.yaml, its schema, its table in charts/gatehouse/README.md, and what the chart takes from the image
  check.py rendered FILE…     manifests: restricted Pod Security, and whether their parts belong together
  check.py seed DOCUMENT      ci/seed.yaml is what the seed document shows

Each prints how many things it looked at; the first that is wrong ends it.
"""

import html
import json
import pathlib
import re
import sys

import yaml

CHART = pathlib.Path(__file__).resolve().parent.parent
ROOT = CHART.parent.parent
TABLE = re.compile(r"<!-- generated: values -->\n(.*?)<!-- end -->", re.DOTALL)
# The kinds of volumes that restricted Pod Security allows
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
WITHOUT_POD = {"ConfigMap", "PersistentVolumeClaim", "ServiceAccount"}
passed = 0


def require(condition, sentence):
    global passed
    if not condition:
        sys.exit(f"chart: {sentence}")
    passed += 1


# ---------------------------------------------------------------------------------------------------------------------- values


def leaves(text):
    """The leaves of values.yaml: key, default, comment."""
    above, path = [], []
    for line in text.splitlines():
        if not line.strip():
            above = []
            continue
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith("#"):
            above.append(line.strip()[1:].strip())
            continue
        name, _, value = line.strip().partition(":")
        del path[indent // 2 :]
        path.append(name)
        if value:
            yield ".".join(path), value.strip(), " ".join(above)
        above = []


def table(rows):
    lines = ["| value | default | meaning |", "|---|---|---|"]
    for key, default, comment in rows:
        shown = "" if default in ('""', "{}", "[]", "null") else f"`{default}`"
        lines.append(f"| `{key}` | {shown} | {comment} |")
    return "\n".join(lines) + "\n"


def compare(path, values, schema, definitions):
    """Each value has its place in the schema, and each place its value."""
    schema = definitions[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if not isinstance(values, dict) or "properties" not in schema:
        return
    require(schema.get("additionalProperties") is False, f"values.schema.json: {path or 'the whole'} lets any key through")
    known = {key for key, inner in schema["properties"].items() if "refused" not in inner.get("description", "")} - {"global"}
    require(known == set(values), f"values.yaml and its schema differ below {path or 'the top'}: {sorted(known ^ set(values))}")
    for key, inner in values.items():
        compare(f"{path}.{key}".lstrip("."), inner, schema["properties"][key], definitions)


def image_environment():
    """What the Dockerfile's last ENV sets."""
    text = (ROOT / "Dockerfile").read_text()
    block = re.findall(r"^ENV ((?:.*\\\n)*.*)", text, re.MULTILINE)[-1]
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())


def check_values(write):
    text = (CHART / "values.yaml").read_text()
    rows = list(leaves(text))
    for key, _, comment in rows:
        require(comment and not comment.endswith("."), f"values.yaml: {key} needs a comment above it, without a full stop")
        require("|" not in comment, f"values.yaml: the comment of {key} would break the table")
    schema = json.loads((CHART / "values.schema.json").read_text())
    compare("", yaml.safe_load(text), schema, schema["definitions"])

    document = CHART / "README.md"
    before = document.read_text()
    found = TABLE.search(before)
    require(found, "charts/gatehouse/README.md has no table of values")
    if write:
        document.write_text(before[: found.start(1)] + table(rows) + before[found.end(1) :])
    else:
        require(found[1] == table(rows), "charts/gatehouse/README.md is not what values.yaml says: run .ci/chart --write")

    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    version = re.search(r"<artifactId>gatehouse</artifactId>\s*<version>([^<]+)</version>", (ROOT / "pom.xml").read_text())
    require(version, "pom.xml: no version of gatehouse was found")
    require(chart["version"] == chart["appVersion"] == version[1], f"Chart.yaml: version and appVersion have to be {version[1]}")
    image = re.search(r"GATEHOUSE_IMAGE:-([^}]+)}", (ROOT / "docker-compose.yml").read_text())
    repository = yaml.safe_load(text)["image"]["repository"]
    require(repository == image[1], f"values.yaml: image.repository is {repository}, docker-compose.yml has {image[1]}")

    # The templates rely on these
    set_by_image = image_environment()
    for name, value in ("PROXY_PORT", "19530"), ("MANAGEMENT_SERVER_ADDRESS", "0.0.0.0"), ("GATEHOUSE_DATADIRECTORY", "/data"):
        require(set_by_image.get(name) == value, f"Dockerfile: {name} is {set_by_image.get(name)}, but the chart relies on {value}")


# -------------------------------------------------------------------------------------------------------------------- rendered


def restricted(where, pod):
    """The rules of restricted Pod Security, and the chart's own: no token, a read-only root, no secret outside of files."""
    context = pod.get("securityContext", {})
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        require(not pod.get(name), f"{where}: {name}")
    require(context.get("runAsNonRoot") is True, f"{where}: runAsNonRoot has to be true")
    require(context.get("runAsUser") != 0, f"{where}: runAsUser is 0")
    require(context.get("seccompProfile", {}).get("type") == "RuntimeDefault", f"{where}: seccompProfile has to be RuntimeDefault")
    require("sysctls" not in context and "seLinuxOptions" not in context, f"{where}: sysctls or seLinuxOptions")
    require(pod.get("automountServiceAccountToken") is False, f"{where}: a token of the service account is mounted")
    require(pod.get("enableServiceLinks") is False, f"{where}: variables of other services may become settings")
    for volume in pod.get("volumes", []):
        kinds = set(volume) - {"name"}
        require(len(kinds) == 1 and kinds <= VOLUMES, f"{where}: volume {volume['name']} is {kinds}")
    volumes = [volume["name"] for volume in pod.get("volumes", [])]
    require(len(volumes) == len(set(volumes)), f"{where}: two volumes have one name: {volumes}")
    mounted = set()
    for container in pod.get("initContainers", []) + pod["containers"]:
        at = f"{where}, container {container['name']}"
        own = container.get("securityContext", {})
        require(own.get("allowPrivilegeEscalation") is False, f"{at}: allowPrivilegeEscalation has to be false")
        require(own.get("readOnlyRootFilesystem") is True, f"{at}: readOnlyRootFilesystem has to be true")
        require(own.get("capabilities") == {"drop": ["ALL"]}, f"{at}: capabilities: {own.get('capabilities')}")
        require(not own.get("privileged") and "procMount" not in own, f"{at}: privileged or procMount")
        require(own.get("runAsNonRoot", True) is True and own.get("runAsUser") != 0, f"{at}: runs as root")
        require(own.get("seccompProfile") is None, f"{at}: a seccompProfile of its own")
        require(container.get("resources", {}).get("limits", {}).get("memory"), f"{at}: no limit of memory")
        for variable in container.get("env", []):
            require("valueFrom" not in variable, f"{at}: {variable['name']} is not a plain value, and may be a secret")
        require("envFrom" not in container, f"{at}: envFrom may hold secrets")
        ports = {port["name"] for port in container.get("ports", [])}
        require(all("hostPort" not in port for port in container.get("ports", [])), f"{at}: hostPort")
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            if probe in container:
                require(container[probe]["httpGet"]["port"] in ports, f"{at}: {probe} asks a port that is not there")
        for mount in container.get("volumeMounts", []):
            require(mount["name"] in volumes, f"{at}: there is no volume {mount['name']}")
            mounted.add(mount["name"])
    require(mounted == set(volumes), f"{where}: volumes that nobody mounts: {set(volumes) - mounted}")


def matches(selector, labels):
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def check_rendered(file):
    documents = [document for document in yaml.safe_load_all(pathlib.Path(file).read_text()) if document]
    by_kind = {}
    for document in documents:
        by_kind.setdefault(document["kind"], []).append(document)
    require("Secret" not in by_kind, f"{file}: a Secret is made: its content would be in the release")
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    require(len(names) == len(set(names)), f"{file}: two documents have one name")
    require(all(len(name) <= 63 for _, name in names), f"{file}: a name has more than 63 characters")

    pods = []
    for document in documents:
        where = f"{file}: {document['kind']} {document['metadata']['name']}"
        if document["kind"] in ("Deployment", "Job"):
            template = document["spec"]["template"]
            pods.append((document["kind"], template.get("metadata", {}).get("labels", {}), template["spec"]))
            restricted(where, template["spec"])
        elif document["kind"] == "Pod":
            pods.append(("Pod", document["metadata"].get("labels", {}), document["spec"]))
            restricted(where, document["spec"])
    require(pods, f"{file}: nothing runs")
    if "Deployment" not in by_kind:
        return

    (deployment,) = by_kind["Deployment"]
    ((_, labels, pod),) = [entry for entry in pods if entry[0] == "Deployment"]
    container = pod["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    require(ports == {"faces": 19530, "management": 9091}, f"{file}: ports are {ports}")
    require(matches(deployment["spec"]["selector"]["matchLabels"], labels), f"{file}: the deployment does not find its pods")
    require(container["image"].startswith("gatehouse"), f"{file}: image {container['image']}")
    claims = [volume["persistentVolumeClaim"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume]
    on_h2 = any(volume["name"] == "data" for volume in pod["volumes"])
    replicas = deployment["spec"].get("replicas")
    if on_h2:
        require(replicas in (0, 1) and deployment["spec"]["strategy"] == {"type": "Recreate"}, f"{file}: H2 has one process at a time")
    for claim in by_kind.get("PersistentVolumeClaim", []):
        require({"claimName": claim["metadata"]["name"]} in claims, f"{file}: a claim that nobody uses")
        require(claim["metadata"]["annotations"].get("helm.sh/resource-policy") == "keep", f"{file}: the users go with the release")

    selected = []
    for service in by_kind["Service"]:
        selected.append(service["spec"]["selector"])
        for port in service["spec"]["ports"]:
            require(port["targetPort"] in ports, f"{file}: service port {port['name']} leads nowhere")
    selected += [budget["spec"]["selector"]["matchLabels"] for budget in by_kind.get("PodDisruptionBudget", [])]
    selected += [policy["spec"]["podSelector"]["matchLabels"] for policy in by_kind.get("NetworkPolicy", [])]
    selected += [spread["labelSelector"]["matchLabels"] for spread in pod.get("topologySpreadConstraints", [])]
    for selector in selected:
        require(matches(selector, labels), f"{file}: {selector} finds no pod")
        require(not any(matches(selector, other) for kind, other, _ in pods if kind == "Pod"), f"{file}: {selector} finds helm test's pod")
    for scaler in by_kind.get("HorizontalPodAutoscaler", []):
        require(scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"], f"{file}: the autoscaler scales nothing")
        require(replicas is None, f"{file}: an upgrade would undo what the autoscaler did")
    for monitor in by_kind.get("ServiceMonitor", []):
        found = [service for service in by_kind["Service"] if matches(monitor["spec"]["selector"]["matchLabels"], service["metadata"]["labels"])]
        require(len(found) == 1, f"{file}: the service monitor finds {len(found)} services")
        require(
            {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} <= {port["name"] for port in found[0]["spec"]["ports"]},
            f"{file}: the service monitor asks a port that is not there",
        )
    # The kinds that kubeconform and this have looked at
    unknown = set(by_kind) - WITHOUT_POD - {
        "Deployment", "HorizontalPodAutoscaler", "Job", "NetworkPolicy", "Pod", "PodDisruptionBudget", "Service", "ServiceMonitor"
    }
    require(not unknown, f"{file}: nobody has looked at {unknown}")


# ------------------------------------------------------------------------------------------------------------------------ seed


def snippets(document):
    """The YAML of the seed document, in its order; lines of three dots, its sign for "omitted", are dropped."""
    found = re.findall(r'<code translate="no" class="language-yaml">(.*?)<button', document, re.DOTALL)
    texts = [html.unescape(re.sub(r"<[^>]*>", "", text)) for text in found]
    return ["".join(f"{line}\n" for line in text.splitlines() if line != "...") for text in texts]


def check_seed(document):
    texts = snippets(pathlib.Path(document).read_text())
    require(len(texts) == 4, f"the seed document has {len(texts)} snippets of YAML, not 4")
    ours = "".join(line for line in (CHART / "ci/seed.yaml").read_text().splitlines(True) if not line.startswith("#"))
    require(ours == texts[1], "ci/seed.yaml is not what the seed document shows")


if __name__ == "__main__":
    what, arguments = sys.argv[1], sys.argv[2:]
    if what == "values":
        check_values("--write" in arguments)
    elif what == "rendered":
        for each in arguments:
            check_rendered(each)
    elif what == "seed":
        check_seed(*arguments)
    else:
        sys.exit(__doc__)
    print(passed)
