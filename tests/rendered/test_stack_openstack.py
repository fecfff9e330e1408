"""What the stack of OpenStack means: the same machines, asked the same."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest

from ops import manifest
from ops.cloud.stack import render_stack, topology_files
from ops.topology import Topology, read_topology
from tests.rendered.stacks import ask_cloud_init, read, variables, walk

if TYPE_CHECKING:
    from pathlib import Path

_REDIRECTED = {"to_https", "to_site", "to_tracks", "no_figures", "no_readiness", "no_claims"}


@pytest.fixture(scope="module")
def topology() -> Topology:
    return read_topology(*topology_files("openstack"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("openstack")
    render_stack("openstack", folder)
    return folder


@pytest.fixture(scope="module")
def resources(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(folder / "stack.yaml")["resources"]
    return found


@pytest.fixture(scope="module")
def member(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(folder / "track-server.yaml")["resources"]
    return found


def _of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        name: each.get("properties", {})
        for name, each in resources.items()
        if each["type"] == f"OS::{kind}"
    }


def test_every_machine_has_its_addresses_of_the_topology(
    topology: Topology, resources: dict[str, Any]
) -> None:
    ports = _of_type(resources, "Neutron::Port")

    for machine in topology.serving("web", "database", "nas", "monitor"):
        for network, address in machine.addresses.items():
            (fixed,) = ports[f"{machine.name}_{network}"]["fixed_ips"]
            assert fixed["ip_address"] == address
            assert fixed["subnet"] == {"get_resource": f"{network}_subnet"}
    assert len(ports) == sum(
        len(machine.addresses) for machine in topology.serving("web", "database", "nas", "monitor")
    )


def test_what_comes_and_goes_takes_no_address_of_the_topology(
    topology: Topology, resources: dict[str, Any]
) -> None:
    everywhere = read_topology()
    taken = {a for machine in everywhere.machines.values() for a in machine.addresses.values()}
    taken |= set(topology.virtual.values())

    for name, subnet in _of_type(resources, "Neutron::Subnet").items():
        (pool,) = subnet["allocation_pools"]
        first, last = IPv4Address(pool["start"]), IPv4Address(pool["end"])
        assert int(last) - int(first) > 50, name
        assert not [address for address in taken if first <= IPv4Address(address) <= last]
        assert subnet["gateway_ip"] not in taken


def test_the_balancers_have_the_virtual_addresses(
    topology: Topology, resources: dict[str, Any]
) -> None:
    balancers = _of_type(resources, "Octavia::LoadBalancer")

    assert balancers["front"]["vip_address"] == topology.virtual["clients"]
    assert balancers["within"]["vip_address"] == topology.virtual["services"]
    listening = {
        (each["loadbalancer"]["get_resource"], each["protocol_port"])
        for each in _of_type(resources, "Octavia::Listener").values()
    }
    assert listening == {
        ("front", int(topology.cluster["https_port"])),
        ("front", int(topology.cluster["http_port"])),
        ("within", topology.ports["internal"]),
        ("within", topology.ports["database"]),
    }


def test_servers_are_asked_what_haproxy_asks(topology: Topology, resources: dict[str, Any]) -> None:
    monitors = _of_type(resources, "Octavia::HealthMonitor")

    assert {name: each["url_path"] for name, each in monitors.items()} == {
        "site_monitor": "/readyz",
        "tracks_alive_monitor": "/healthz",
        "tracks_ready_monitor": "/readyz",
        "database_monitor": "/",
    }
    for each in monitors.values():
        assert each["type"] == "HTTP"
        # Octavia refuses a timeout that is longer than what lies between two questions.
        assert topology.deadlines["readiness"] < each["timeout"] <= each["delay"]


def test_members_are_where_the_services_listen(
    topology: Topology, resources: dict[str, Any], member: dict[str, Any]
) -> None:
    members = _of_type(resources, "Octavia::PoolMember")

    for machine in topology.serving("web"):
        each = members[f"site_{machine.name}"]
        assert each["address"] == machine.addresses["services"]
        assert each["protocol_port"] == topology.ports["web"]
    for machine in topology.serving("database"):
        each = members[f"database_{machine.name}"]
        assert each["protocol_port"] == topology.ports["database"]
        assert each["monitor_port"] == topology.ports["database_check"]
    of_group = _of_type(member, "Octavia::PoolMember")
    assert {each["protocol_port"] for each in of_group.values()} == {topology.ports["tracks"]}
    pools = resources["tracks"]["properties"]["resource"]["properties"]["pools"]
    assert pools == [{"get_resource": "tracks_ready"}, {"get_resource": "tracks_alive"}]


def test_every_policy_of_a_listener_has_its_rule(resources: dict[str, Any]) -> None:
    rules = _of_type(resources, "Octavia::L7Rule").values()

    assert {each["l7policy"]["get_resource"] for each in rules} == _REDIRECTED
    assert set(_of_type(resources, "Octavia::L7Policy")) == _REDIRECTED


def test_no_two_of_a_role_are_on_one_host(topology: Topology, resources: dict[str, Any]) -> None:
    servers = _of_type(resources, "Nova::Server")

    for machine in topology.serving("web", "database", "nas"):
        group = servers[machine.name]["scheduler_hints"]["group"]["get_resource"]
        assert resources[group]["properties"]["policies"] == ["anti-affinity"]
        assert group.startswith(machine.role)


def test_what_is_kept_outlives_its_machine_and_its_stack(
    topology: Topology, resources: dict[str, Any]
) -> None:
    disks = {"nas": "/srv/brick glusterd", "database": "/var/lib/mysql mariadb mysql"}

    for machine in topology.serving(*disks):
        assert resources[f"{machine.name}_disk"]["deletion_policy"] == "Retain"
        attached = resources[f"{machine.name}_disk_attached"]["properties"]
        assert attached["instance_uuid"] == {"get_resource": machine.name}
        user_data = resources[machine.name]["properties"]["user_data"]["str_replace"]
        assert user_data["params"]["${Disk}"] == {"get_resource": f"{machine.name}_disk"}
        assert f"/data_disk.sh ${{Disk}} {disks[machine.role]}\n" in user_data["template"]


def test_another_image_or_release_makes_no_machine_with_a_name_anew(
    topology: Topology, resources: dict[str, Any]
) -> None:
    for name, server in _of_type(resources, "Nova::Server").items():
        assert name in topology.machines
        assert server["image"] == {"get_param": "fixed_image"}
        assert server["user_data_update_policy"] == "IGNORE"


def test_the_site_is_closed_until_its_balancer_says_who_is_asking(
    topology: Topology, folder: Path, resources: dict[str, Any]
) -> None:
    outputs = read(folder / "stack.yaml")["outputs"]
    commands = outputs["afterwards"]["value"]["str_replace"]["template"].splitlines()

    assert resources["https"]["properties"]["admin_state_up"] is False
    (opens,) = [command for command in commands if "--enable" in command]
    assert opens.endswith(" $https")
    assert "--insert-headers X-Forwarded-For=true,X-Forwarded-Proto=true" in opens
    # Milliseconds, by listener: the site's pages, uploads, the database.
    patience = [
        re.findall(r"--timeout-member-data (\d+)", command)[0].removesuffix("000")
        for command in commands
    ]
    waits = ("balancer_page", "balancer_upload", "database_idle")
    assert patience == [f"{topology.deadlines[name]:.0f}" for name in waits]


def test_only_the_names_of_the_topology_lead_to_the_services(
    topology: Topology, resources: dict[str, Any]
) -> None:
    policies = _of_type(resources, "Octavia::L7Policy")
    by_host = {
        rule["value"]: policies[rule["l7policy"]["get_resource"]]["redirect_pool"]["get_resource"]
        for rule in _of_type(resources, "Octavia::L7Rule").values()
        if rule["type"] == "HOST_NAME"
    }

    assert by_host == {topology.cluster["site"]: "site", topology.cluster["tracks"]: "tracks_alive"}
    assert "default_pool" not in resources["https"]["properties"]


def test_a_machine_has_one_way_out(topology: Topology, resources: dict[str, Any]) -> None:
    subnets = _of_type(resources, "Neutron::Subnet")
    ways = {name for name in topology.networks if subnets[f"{name}_subnet"]["gateway_ip"]}

    for machine in topology.machines.values():
        assert len(ways & machine.addresses.keys()) == 1, machine.name


def test_nothing_but_the_balancer_and_ssh_is_open_to_the_world(resources: dict[str, Any]) -> None:
    groups = _of_type(resources, "Neutron::SecurityGroup")
    rules = [rule for group in groups.values() for rule in group["rules"]]

    assert {str(rule["remote_ip_prefix"]) for rule in rules} == {
        "10.1.2.0/24",
        "10.1.3.0/24",
        "10.1.10.0/24",
        "{'get_param': 'operators'}",
    }


def test_user_data_is_a_cloud_config_whose_variables_are_all_given(
    tmp_path: Path, topology: Topology, resources: dict[str, Any], member: dict[str, Any]
) -> None:
    servers = _of_type(resources, "Nova::Server") | {"tracks": member["server"]["properties"]}

    for name, server in servers.items():
        made = server["user_data"]["str_replace"]
        assert {f"${{{variable}}}" for variable in variables(made["template"])} == set(
            made["params"]
        )
        path = tmp_path / f"{name}.yaml"
        path.write_text(made["template"])
        said = read(path)
        assert ask_cloud_init(path) == ""
        role = topology.machines[name].role if name in topology.machines else name
        assert made["template"].startswith("#cloud-config\n")
        assert said["packages"] == list(manifest.PACKAGES[role])
        boot = f"{topology.cluster['home']}/ops/cloud/boot.sh openstack {name}"
        assert f"until {boot}; do sleep 30; done" in said["runcmd"]


def test_a_machine_is_open_where_its_services_listen_and_nowhere_else(
    topology: Topology, resources: dict[str, Any]
) -> None:
    ports, networks = topology.ports, {n: str(cidr) for n, cidr in topology.networks.items()}
    groups = _of_type(resources, "Neutron::SecurityGroup")
    opened = {
        name.removesuffix("_group"): {
            (rule["remote_ip_prefix"], rule["port_range_min"], rule["port_range_max"])
            for rule in group["rules"]
            if rule["protocol"] == "tcp" and isinstance(rule["remote_ip_prefix"], str)
        }
        for name, group in groups.items()
    }

    def each(network: str, *numbers: int) -> set[tuple[str, int, int]]:
        return {(networks[network], number, number) for number in numbers}

    database = each("services", ports["database"], ports["database_check"], 4444)
    assert opened == {
        "everybody": each("management", ports["nrpe"], 22),
        "web": each("services", ports["web"]),
        "tracks": each("services", ports["tracks"]),
        "database": database | {(networks["services"], 4567, 4568)},
        "nas": each("storage", 24007) | {(networks["storage"], 49152, 60999)},
        "monitor": set(),
    }


def test_a_track_server_leaves_the_pools_before_its_machine_goes(member: dict[str, Any]) -> None:
    for each in ("ready", "alive"):
        assert member[each]["depends_on"] == "server"


def test_a_secret_is_made_by_heat_and_written_nowhere(
    folder: Path, resources: dict[str, Any], member: dict[str, Any]
) -> None:
    made = {
        "${TicketSecret}": {"get_resource": "ticket_secret"},
        "${DatabasePassword}": {"get_resource": "database_password"},
    }
    servers = _of_type(resources, "Nova::Server") | {"tracks": member["server"]["properties"]}

    for source in made.values():
        assert resources[source["get_resource"]]["type"] == "OS::Heat::RandomString"
    for name, server in servers.items():
        user_data = server["user_data"]["str_replace"]
        text = user_data["template"]
        kept = re.findall(r'path: /etc/cdpsfy/secrets/.*\n +permissions: "0600"\n +(.*)', text)
        assert len(kept) == text.count("/etc/cdpsfy/secrets/"), name
        for content in kept:
            assert re.fullmatch(r'content: "(first:)?\$\{\w+\}\\n"', content), name
        for variable in made.keys() & user_data["params"].keys():
            given = {"get_param": "ticket_secret"} if name == "tracks" else made[variable]
            assert user_data["params"][variable] == given
    assert read(folder / "track-server.yaml")["parameters"]["ticket_secret"]["hidden"] is True
    assert "get_resource: ticket" not in (folder / "stack.yaml").read_text().split("\noutputs:")[1]


def test_only_who_signs_or_believes_tickets_gets_their_key(
    resources: dict[str, Any], topology: Topology
) -> None:
    servers = _of_type(resources, "Nova::Server")

    for name, server in servers.items():
        holds = "ticket_secret" in [
            each.get("get_resource") for each in walk(server) if isinstance(each, dict)
        ]
        assert holds == (topology.machines[name].role in {"web", "monitor"}), name
