"""Starts Gatehouse as the chart's pods would start it, and asks it.

  start.py HELM KUBERNETES_VERSION [SEED_DOCUMENT]

It does what a node does with a rendered manifest: gives the variables of the image and of the pod, puts secrets and ConfigMaps where the pod
mounts them, in the form that Kubernetes gives them (files that are links into a folder that is replaced as a whole), and asks the probes.
As root, what is started runs as the pod's user and group. Nothing but loopback is used. Needs target/gatehouse.jar, a JDK and openssl; the part
with PostgreSQL the programs of a server. GATEHOUSE_PROGRAM is what .ci/program printed, to start instead of the jar.
"""

import contextlib
import glob
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import yaml
from check import CHART, ROOT, image_environment, snippets

HELM, KUBERNETES = sys.argv[1:3]
DOCUMENT = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
JAVA = os.path.join(os.environ["JAVA_HOME"], "bin/java") if "JAVA_HOME" in os.environ else "java"
PROGRAM = os.environ.get("GATEHOUSE_PROGRAM", "").split()
PASSWORD = "R00t-password"
DATABASE_PASSWORD = "D4tabase-password"
OFF = "common:\n  security:\n    authorizationEnabled: false\n"
LONGEST_START = 300
passed = 0


def require(condition, sentence):
    global passed
    if not condition:
        raise SystemExit(f"chart, started: {sentence}")
    passed += 1


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def render(values, *settings):
    """The documents of the release gatehouse, by kind and name."""
    command = [HELM, "template", "gatehouse", str(CHART), "--namespace", "milvus", "--kube-version", KUBERNETES, "-f", str(CHART / "ci" / values)]
    for setting in settings:
        command += ["--set", setting]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(text) if one}


# ------------------------------------------------------------------------------------------------------------------- the node


class Node:
    """A folder in the place of a node: its claims, and what else there is in the namespace."""

    def __init__(self, folder):
        self.folder = folder
        folder.chmod(0o751)
        self.program = PROGRAM
        if not self.program:
            # Where the pods' user can read it
            jar = folder / "gatehouse.jar"
            shutil.copyfile(ROOT / "target/gatehouse.jar", jar)
            jar.chmod(0o644)
            self.program = ["-jar", str(jar)]
        self.configmaps = {}
        self.secrets = {"gatehouse-root": {"password": PASSWORD + "\n"}}
        self.number = 0
        # The user and group of the pods, where this user may become them, and they may use this JDK
        probe = ["setpriv", "--reuid=10001", "--regid=0", "--clear-groups", JAVA, "-version"]
        root = os.geteuid() == 0 and shutil.which("setpriv") is not None
        self.may_become_others = root and subprocess.run(probe, capture_output=True).returncode == 0

    def folder_for(self, name):
        self.number += 1
        made = self.folder / f"{self.number}-{name}"
        made.mkdir()
        made.chmod(0o755)
        return made


class Pod:
    """One container of a rendered pod, on this machine."""

    def __init__(self, node, documents, spec, container, pod):
        self.node, self.documents, self.spec, self.container, self.pod = node, documents, spec, container, pod
        self.root = node.folder_for(f"{pod}-{container['name']}")
        self.mounts = {}
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for mount in container["volumeMounts"]:
            self.mounts[mount["mountPath"]] = self.mount(volumes[mount["name"]])
        self.port, self.management = free_port(), free_port()
        self.log = self.root / "log"
        self.process = None
        self.tls = None

    def mount(self, volume):
        if "persistentVolumeClaim" in volume or "emptyDir" in volume:
            # An emptyDir is all containers' of one pod
            claim = volume.get("persistentVolumeClaim", {}).get("claimName") or f"empty-{volume['name']}-{self.pod}"
            path = self.node.folder / claim
            path.mkdir(exist_ok=True)
            if self.node.may_become_others:
                os.chown(path, 0, self.spec["securityContext"].get("fsGroup", 0))
            path.chmod(0o2770)
            return path
        path = self.root / f"volume-{volume['name']}"
        path.mkdir()
        path.chmod(0o755)
        self.fill(path, self.files(volume), volume)
        return path

    def files(self, volume):
        """The files of a secret, a ConfigMap, or a projection of some."""
        if "projected" in volume:
            return {name: text for source in volume["projected"]["sources"] for name, text in self.files(source).items()}
        if "secret" in volume:
            source = volume["secret"]
            data = self.node.secrets[source.get("secretName", source.get("name"))]
        else:
            source = volume["configMap"]
            rendered = self.documents.get(("ConfigMap", source["name"]))
            data = rendered["data"] if rendered else self.node.configmaps.get(source["name"], {} if source.get("optional") else None)
        if "items" in source:
            return {item["path"]: data[item["key"]] for item in source["items"]}
        return data

    def fill(self, path, files, volume):
        """As the kubelet does: a new folder, and one link that is turned to it at once."""
        self.node.number += 1
        version = path / f"..version_{self.node.number}"
        version.mkdir()
        version.chmod(0o755)
        kind = volume.get("secret") or volume.get("projected") or volume["configMap"]
        for name, text in files.items():
            file = version / name
            file.write_text(text)
            file.chmod(kind.get("defaultMode", 0o644))
            if not (path / name).is_symlink():
                (path / name).symlink_to(pathlib.Path("..data") / name)
        link = path / "..data_new"
        link.symlink_to(version.name)
        link.replace(path / "..data")

    def refresh(self, name):
        """What the node does when a secret was changed."""
        volume = next(volume for volume in self.spec["volumes"] if volume["name"] == name)
        self.fill(self.root / f"volume-{name}", self.files(volume), volume)

    def path(self, text):
        """The same with this machine's paths instead of the container's."""
        inside = "|".join(re.escape(path) for path in sorted(self.mounts, key=len, reverse=True))
        return re.sub(rf"(?<![\w/])({inside})(?=[/,]|$)", lambda found: str(self.mounts[found[1]]), text)

    def command(self, arguments):
        environment = image_environment() | {one["name"]: one["value"] for one in self.container.get("env", [])}
        environment = {name: self.path(value) for name, value in environment.items()}
        # The container has its ports for itself, this machine has not
        environment |= {"PROXY_PORT": str(self.port), "MANAGEMENT_SERVER_PORT": str(self.management), "PATH": os.environ["PATH"]}
        environment |= {"SERVER_ADDRESS": "127.0.0.1", "MANAGEMENT_SERVER_ADDRESS": "127.0.0.1"}
        command = [JAVA, "-Xmx160m", "-XX:+UseSerialGC", f"-Djava.io.tmpdir={self.mounts['/tmp']}"] + self.node.program
        if self.node.may_become_others:
            context = self.spec["securityContext"]
            user = ["setpriv", f"--reuid={context['runAsUser']}", f"--regid={context['runAsGroup']}", "--clear-groups", "--no-new-privs"]
            command = user + ["--bounding-set=-all", "--inh-caps=-all"] + command
        return command + [self.path(argument) for argument in arguments], environment

    def run(self, expected=0):
        """Runs a command of the jar to its end, which is an exit code, and gives what it said."""
        command, environment = self.command(self.container["args"])
        done = subprocess.run(command, env=environment, cwd=self.root, capture_output=True, text=True, timeout=LONGEST_START)
        require(done.returncode == expected, f"{self.container['args']}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def start(self):
        command, environment = self.command([])
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=environment, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
        end = time.monotonic() + LONGEST_START
        while self.probe("startupProbe") != 200:
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise SystemExit(f"chart, started: it did not start\n{self.log.read_text()[-4000:]}")
            time.sleep(0.3)
        for probe in "readinessProbe", "livenessProbe":
            require(self.probe(probe) == 200, f"{probe}: {self.probe(probe)}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.spec["terminationGracePeriodSeconds"])
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def probe(self, name):
        asked = self.container[name]["httpGet"]
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.management, timeout=self.container[name]["timeoutSeconds"])
            connection.request("GET", asked["path"])
            return connection.getresponse().status
        except OSError:
            return 0

    def call(self, method, path, token=None, body=None):
        """The status, and the body as JSON."""
        if self.tls:
            connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.tls)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def status(self, *arguments):
        return self.call(*arguments)[0]

    def users(self, token=None):
        status, body = self.call("GET", "/api/v1/users", token)
        return [user["userName"] for user in body["users"]] if status == 200 else status

    def says(self, text):
        return text in self.log.read_text()


@contextlib.contextmanager
def server(node, documents, name, trust=None):
    spec = documents[("Deployment", "gatehouse")]["spec"]["template"]["spec"]
    pod = Pod(node, documents, spec, spec["containers"][0], name)
    if trust:
        pod.tls = ssl.create_default_context(cafile=trust)
    try:
        pod.start()
        yield pod
    finally:
        pod.stop()


def helm_test(documents, pod):
    """Whether the pod of "helm test" is content; it is told where, and tries once."""
    container = documents[("Pod", "gatehouse-test")]["spec"]["containers"][0]
    environment = {one["name"]: one["value"] for one in container["env"]} | {"HOST": "127.0.0.1", "PORT": str(pod.port)}
    once = container["command"][2].replace("{1..30}", "{1..1}")
    require(once != container["command"][2], "helm test does not try 30 times")
    done = subprocess.run(["bash", "-c", once], env=environment | {"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60)
    return done.returncode == 0


# ---------------------------------------------------------------------------------------------------------------------- stories


def seed_values(node, off):
    """The seed's values: authentication is on by default, so a file before it turns it off, and only user.yaml can turn it on again."""
    node.configmaps["off"] = {"milvus.yaml": off}
    settings = "milvusConfig.existingConfigMap=off", "rootPassword.existingSecret=gatehouse-root"
    documents = render("seed.yaml", *settings)
    with server(node, documents, "seed") as pod:
        require(pod.says(f"settings are read from {pod.mounts['/etc/gatehouse/config']}/user.yaml"), "user.yaml was not read")
        require(pod.users() == 401, "the seed's values: authentication is off")
        require(pod.users("root:Milvus") == 401, "root has the default password, and not the secret's")
        require(pod.users(f"root:{PASSWORD}") == ["root"], "root's password is not the secret's")
        user = {"userName": "user_1", "password": "P@ssw0rd"}
        require(pod.status("POST", "/api/v1/users", f"root:{PASSWORD}", user) == 201, "a user cannot be created")
        require(helm_test(documents, pod), "helm test fails")
    require(not helm_test(documents, pod), "helm test is content with a port that nobody listens on")

    # The next pod of the same release, on the same claim, without user.yaml
    with server(node, render("default.yaml", *settings), "off") as pod:
        require(pod.says("authentication is off"), "it does not say that authentication is off")
        require(pod.users() == ["root", "user_1"], "without user.yaml: authentication is on, or the users are gone")


def as_kubectl_gets_it(manifest):
    """The same resource with what Kubernetes and the operator add, and with authentication off."""
    resource = yaml.safe_load(manifest)
    resource["metadata"] |= {
        "creationTimestamp": "2026-01-31T12:00:00Z",
        "generation": 2,
        "managedFields": [{"fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {".": {}, "f:config": {}}}, "time": "2026-01-31T12:00:00Z"}],
        "resourceVersion": "12345",
    }
    resource["spec"] |= {"mode": "standalone", "dependencies": {"etcd": {"endpoints": ["my-release-etcd-0:2379"]}}, "components": {}}
    resource["spec"]["config"]["common"]["security"]["authorizationEnabled"] = False
    resource["status"] = {"status": "Healthy", "conditions": [{"type": "MilvusReady", "status": "True"}]}
    return yaml.safe_dump(resource)


def milvus_operator(node, manifest):
    """A Milvus resource in a ConfigMap, as docs/kubernetes.md has it made: of a manifest as it is, and of what "kubectl get" prints."""
    file = node.folder / "my-release.yaml"
    for name, text, expected in ("on", manifest, 401), ("off", as_kubectl_gets_it(manifest), ["root"]):
        file.write_text(text)
        if shutil.which("kubectl"):
            command = ["kubectl", "create", "configmap", "gatehouse-milvus", f"--from-file=milvus.yaml={file}", "--dry-run=client", "-o", "yaml"]
            made = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"KUBECONFIG": "/dev/null"}).stdout
            node.configmaps["gatehouse-milvus"] = yaml.safe_load(made)["data"]
        else:
            node.configmaps["gatehouse-milvus"] = {"milvus.yaml": text}
        documents = render("milvus-operator.yaml", f"persistence.existingClaim=operator-{name}")
        with server(node, documents, f"operator-{name}") as pod:
            require(pod.says(f"settings are read from {pod.mounts['/etc/gatehouse/milvus']}/milvus.yaml"), "the Milvus resource was not read")
            require(pod.users() == expected, f"a Milvus resource with authentication {name}: {pod.users()}")
            require(pod.says("authentication is off") == (name == "off"), f"what it says at its start, with authentication {name}")


def certificate(folder, name):
    """A certificate for localhost that is its own authority."""
    key, pem = folder / f"{name}.key", folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    return pem, {"tls.crt": pem.read_text(), "tls.key": key.read_text()}


def certificate_of(pod):
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", pod.port), 20) as connection, plain.wrap_socket(connection) as secured:
        return secured.getpeercert(True)


@contextlib.contextmanager
def postgresql(node):
    """A server with a database for Gatehouse; its port."""
    programs = pathlib.Path(shutil.which("initdb") or sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1]).resolve().parent
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    data, word, port = node.folder_for("postgresql"), node.folder / "word", free_port()
    word.write_text(DATABASE_PASSWORD)
    word.chmod(0o644)
    if user:
        shutil.chown(data, "postgres")
    data.chmod(0o700)
    command = [programs / "initdb", "-D", data, "-U", "gatehouse", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={word}"]
    subprocess.run(user + [str(part) for part in command], check=True, capture_output=True, cwd="/")
    options = ["-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    with (node.folder / "postgresql.log").open("w") as log:
        process = subprocess.Popen(user + [str(programs / "postgres")] + options, stdout=log, stderr=log, cwd="/")
    try:
        command = [str(programs / "psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "gatehouse", "-d", "postgres"]
        environment = {"PATH": os.environ["PATH"], "PGPASSWORD": DATABASE_PASSWORD}
        end = time.monotonic() + 60
        while subprocess.run(command + ["-c", "create database gatehouse"], env=environment, capture_output=True).returncode:
            if time.monotonic() > end or process.poll() is not None:
                raise SystemExit(f"chart, started: PostgreSQL did not start\n{(node.folder / 'postgresql.log').read_text()}")
            time.sleep(0.3)
        yield port, process
    finally:
        end_postgresql(process)


def end_postgresql(process):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # at once, and in order
        process.wait()


def one_to_three(node):
    """The users of the first story move to PostgreSQL, by the Job of the examples, and two of three replicas serve them with TLS."""
    with postgresql(node) as (port, database):
        url = f"jdbc:postgresql://127.0.0.1:{port}/gatehouse"
        node.secrets["gatehouse-database"] = {"url": url + "\n", "username": "gatehouse", "password": DATABASE_PASSWORD}
        job = yaml.safe_load((ROOT / "examples/kubernetes/move-to-postgresql.yaml").read_text())["spec"]["template"]["spec"]
        (moved,) = job["initContainers"]
        # The release's settings count
        node.configmaps["gatehouse"] = {"application.yml": "gatehouse.hashing.memory: 0\n"}
        said = Pod(node, {}, job, moved, "move").run(expected=1)
        require("gatehouse.hashing.memory" in said, f"the settings of the release are not read: {said}")
        del node.configmaps["gatehouse"]
        Pod(node, {}, job, moved, "move").run()
        (moved,) = job["containers"]
        said = Pod(node, {}, job, moved, "move").run()
        require("2" in said, f"not two users were imported: {said}")
        # As the document says, it may be run again
        Pod(node, {}, job, moved, "move").run()

        first, node.secrets["gatehouse-tls"] = certificate(node.folder, "first")
        documents = render("postgresql.yaml")
        require(documents[("Deployment", "gatehouse")]["spec"]["replicas"] == 3, "not three replicas")
        with server(node, documents, "replica-1", first) as one, server(node, documents, "replica-2", first) as other:
            text = "".join(pathlib.Path(pod.log).read_text() for pod in (one, other))
            require(PASSWORD not in text and DATABASE_PASSWORD not in text, "a secret is in the log")
            for pod in one, other:
                require(pod.users(f"root:{PASSWORD}") == ["root", "user_1"], "the users did not move")
                require(pod.status("GET", "/api/v1/me", "user_1:P@ssw0rd") == 200, "user_1 cannot log in any more")
                require(pod.status("GET", "/api/v1/me", "user_1:P@ssw0rd!") == 401, "user_1 logs in with any password")
                require(helm_test(documents, pod), "helm test fails with TLS")
            require(one.status("DELETE", "/api/v1/users/user_1", f"root:{PASSWORD}") == 204, "user_1 cannot be dropped")
            end = time.monotonic() + 10
            while other.status("GET", "/api/v1/me", "user_1:P@ssw0rd") == 200 and time.monotonic() < end:
                time.sleep(0.1)
            require(other.status("GET", "/api/v1/me", "user_1:P@ssw0rd") == 401, "another replica still lets a dropped user in")

            # root's password is lost: another in the secret, and the Job of the examples
            node.secrets["gatehouse-root"] = {"password": "An0ther-password\n"}
            job = yaml.safe_load((ROOT / "examples/kubernetes/reset-root.yaml").read_text())["spec"]["template"]["spec"]
            Pod(node, {}, job, job["containers"][0], "reset").run()
            end = time.monotonic() + 10
            while one.users(f"root:{PASSWORD}") != 401 and time.monotonic() < end:
                time.sleep(0.1)
            require(one.users(f"root:{PASSWORD}") == 401, "root's lost password still works")
            require(other.users("root:An0ther-password") == ["root"], "root's new password does not work")

            # cert-manager renews the secret; the node turns a link
            before = certificate_of(one)
            second, node.secrets["gatehouse-tls"] = certificate(node.folder, "second")
            one.refresh("tls")
            end = time.monotonic() + 60
            while certificate_of(one) == before and time.monotonic() < end:
                time.sleep(0.5)
            one.tls = ssl.create_default_context(cafile=second)
            require(certificate_of(one) != before and one.users("root:An0ther-password") == ["root"], "the new certificate was not taken up")

            # The database is away: no calls come, but no pod is started anew, which would not help
            end_postgresql(database)
            end = time.monotonic() + 30
            while other.probe("readinessProbe") == 200 and time.monotonic() < end:
                time.sleep(0.5)
            require(other.probe("readinessProbe") == 503, "without its database it is ready")
            require(other.probe("livenessProbe") == 200, "without its database it would be started anew")


def main():
    for name in list(os.environ):
        if re.match(r"(COMMON|GATEHOUSE|LOGGING|MANAGEMENT|MILVUS|PROXY|SERVER|SPRING|TLS|JAVA_TOOL_OPTIONS)(_|$)", name):
            del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="gatehouse-chart-") as folder:
        node = Node(pathlib.Path(folder))
        texts = snippets(DOCUMENT.read_text()) if DOCUMENT else [OFF, "", (ROOT / "examples/kubernetes/milvus.yaml").read_text()]
        seed_values(node, texts[0])
        milvus_operator(node, texts[2])
        print(f"checks: chart, started on H2: {passed} passed", flush=True)
        if not shutil.which("initdb") and not glob.glob("/usr/lib/postgresql/*/bin/initdb"):
            print("checks: chart, started on PostgreSQL: not run, there are no programs of a PostgreSQL server")
            return
        before = passed
        one_to_three(node)
        print(f"checks: chart, started on PostgreSQL: {passed - before} passed")


if __name__ == "__main__":
    main()
