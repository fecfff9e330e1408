"""What the stack of AWS means: the same services, asked the same, each with its own rights."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from ops import manifest
from ops.cloud.member import describe_member
from ops.cloud.stack import render_stack, topology_files
from ops.render import render
from ops.topology import Topology, read_topology
from tests.deployment import ROOT
from tests.rendered.stacks import ask_cloud_init, read, variables, walk

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 16384
"""Bytes of user-data that EC2 takes."""


@pytest.fixture(scope="module")
def topology() -> Topology:
    return read_topology(*topology_files("aws"))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    (path,) = render_stack("aws", tmp_path_factory.mktemp("aws"))
    # CreateStack takes no longer body; a longer one would have to lie in a bucket.
    assert path.stat().st_size < 51200
    return read(path)


@pytest.fixture(scope="module")
def resources(stack: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = stack["Resources"]
    return found


def _of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        name: each.get("Properties", {})
        for name, each in resources.items()
        if each["Type"] == f"AWS::{kind}"
    }


def _user_data(resources: dict[str, Any]) -> dict[str, str]:
    return {
        name: each["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"]
        for name, each in _of_type(resources, "EC2::LaunchTemplate").items()
    }


def test_each_nas_is_in_a_zone_of_its_own_with_its_address(
    topology: Topology, resources: dict[str, Any]
) -> None:
    zones = set()
    for machine in topology.serving("nas"):
        label = machine.name.capitalize()
        (leg,) = resources[label]["Properties"]["NetworkInterfaces"]
        assert leg["NetworkInterfaceId"] == {"Ref": f"{label}Address"}
        address = resources[f"{label}Address"]["Properties"]
        zone = address["SubnetId"]["Ref"]
        subnet = resources[zone]["Properties"]
        assert address["PrivateIpAddress"] == machine.addresses["storage"]
        assert address["GroupSet"] == [{"Ref": "NasGroup"}]
        assert IPv4Address(machine.addresses["storage"]) in IPv4Network(subnet["CidrBlock"])
        brick = resources[f"{label}Brick"]
        assert brick["Properties"]["AvailabilityZone"] == subnet["AvailabilityZone"]
        assert brick["Properties"]["Encrypted"] is True
        # Of a stack that could not be made nothing is left to be paid.
        assert brick["DeletionPolicy"] == "RetainExceptOnCreate"
        assert brick["UpdateReplacePolicy"] == "Retain"
        zones.add(zone)
    assert len(zones) == 3


def test_subnets_do_not_overlap_and_are_of_the_network(
    topology: Topology, resources: dict[str, Any]
) -> None:
    subnets = [
        IPv4Network(each["CidrBlock"]) for each in _of_type(resources, "EC2::Subnet").values()
    ]

    assert len(subnets) == 6
    for subnet in subnets:
        assert subnet.subnet_of(topology.networks["services"])
        assert not any(subnet.overlaps(other) for other in subnets if other is not subnet)


def test_servers_are_asked_what_haproxy_asks(topology: Topology, resources: dict[str, Any]) -> None:
    targets = _of_type(resources, "ElasticLoadBalancingV2::TargetGroup")

    asked = {name: (each["Port"], each["HealthCheckPath"]) for name, each in targets.items()}
    assert asked == {
        "SiteServers": (topology.ports["web"], "/readyz"),
        "TracksServers": (topology.ports["tracks"], "/readyz"),
        "TracksChanges": (topology.ports["tracks"], "/readyz"),
    }
    drain = {
        "Key": "deregistration_delay.timeout_seconds",
        "Value": f"{topology.deadlines['drain']:.0f}",
    }
    for each in targets.values():
        assert drain in each["TargetGroupAttributes"]
        assert topology.deadlines["readiness"] < each["HealthCheckTimeoutSeconds"]
        assert each["HealthCheckTimeoutSeconds"] < each["HealthCheckIntervalSeconds"]


def test_groups_bring_their_machines_to_the_balancers(resources: dict[str, Any]) -> None:
    groups = _of_type(resources, "AutoScaling::AutoScalingGroup")

    assert groups["SiteMachines"]["TargetGroupARNs"] == [{"Ref": "SiteServers"}]
    assert groups["TracksMachines"]["TargetGroupARNs"] == [
        {"Ref": "TracksServers"},
        {"Ref": "TracksChanges"},
    ]
    for each in groups.values():
        assert len(each["VPCZoneIdentifier"]) == 3
    # Addresses of machines with names are taken before anybody could be given them.
    for name in groups:
        assert set(_of_type(resources, "EC2::NetworkInterface")) <= {*resources[name]["DependsOn"]}


def test_the_names_of_the_topology_lead_to_the_services(
    topology: Topology, resources: dict[str, Any]
) -> None:
    rules = _of_type(resources, "ElasticLoadBalancingV2::ListenerRule")
    by_host = {
        condition["HostHeaderConfig"]["Values"][0]: rule["Actions"][0]["TargetGroupArn"]["Ref"]
        for rule in rules.values()
        for condition in rule["Conditions"]
        if condition["Field"] == "host-header"
    }

    assert by_host == {
        topology.cluster["site"]: "SiteServers",
        topology.cluster["tracks"]: "TracksServers",
    }
    assert len({rule["Priority"] for rule in rules.values()}) == len(rules)


def _opened(group: dict[str, Any]) -> set[tuple[str, int, int]]:
    """Return who may reach a group by TCP, and which ports, from the first to the last."""
    return {
        (
            rule.get("CidrIp") or rule["SourceSecurityGroupId"]["Ref"].removesuffix("Group"),
            rule["FromPort"],
            rule["ToPort"],
        )
        for rule in group.get("SecurityGroupIngress", ())
        if rule["IpProtocol"] == "tcp"
    }


def test_a_machine_is_open_where_its_services_listen_and_nowhere_else(
    topology: Topology, resources: dict[str, Any]
) -> None:
    ports = topology.ports
    groups = _of_type(resources, "EC2::SecurityGroup")
    watched = ("Monitor", ports["nrpe"], ports["nrpe"])

    assert {name.removesuffix("Group"): _opened(each) for name, each in groups.items()} == {
        "Front": {("0.0.0.0/0", 443, 443), ("0.0.0.0/0", 80, 80)},
        "Within": {("Site", ports["internal"], ports["internal"])},
        "Site": {("Front", ports["web"], ports["web"]), watched},
        "Tracks": {(by, ports["tracks"], ports["tracks"]) for by in ("Front", "Within")}
        | {watched},
        "Nas": {("Tracks", 24007, 24007), ("Tracks", 49152, 60999), watched},
        "Database": {("Site", ports["database"], ports["database"])},
        "Monitor": set(),
    }
    apart = _of_type(resources, "EC2::SecurityGroupIngress").values()
    assert {
        (each["GroupId"]["Ref"], each["SourceSecurityGroupId"]["Ref"], each["FromPort"])
        for each in apart
    } == {("NasGroup", "NasGroup", 24007), ("NasGroup", "NasGroup", 49152)}
    assert not [each for each in apart if "CidrIp" in each]


def _said(statement: dict[str, Any]) -> set[str]:
    """Return what is compared with parts of a request."""
    return {
        each["SearchString"]
        for each in walk(statement)
        if isinstance(each, dict) and "SearchString" in each
    }


def test_one_address_may_do_as_much_as_the_topology_says(
    topology: Topology, resources: dict[str, Any]
) -> None:
    rules = [each["Statement"] for each in resources["Limits"]["Properties"]["Rules"]]
    limits = {
        frozenset(_said(each)): (
            each["RateBasedStatement"]["Limit"],
            each["RateBasedStatement"]["EvaluationWindowSec"],
        )
        for each in rules
        if "RateBasedStatement" in each
    }

    assert limits == {
        frozenset({"POST", path}): (int(topology.cluster[name]), 60)
        for path, name in (
            ("/login", "logins_a_minute"),
            ("/signup", "sign_ups_a_minute"),
            ("/tracks", "uploads_a_minute"),
        )
    }
    nobody = [_said(each) for each in rules if "RateBasedStatement" not in each]
    assert nobody == [{"/metrics"}, {"/readyz"}]


def test_only_the_front_is_open_to_the_world(resources: dict[str, Any]) -> None:
    groups = _of_type(resources, "EC2::SecurityGroup")

    open_to_all = {
        name: sorted(rule["FromPort"] for rule in each["SecurityGroupIngress"])
        for name, each in groups.items()
        if any("CidrIp" in rule for rule in each.get("SecurityGroupIngress", ()))
    }
    assert open_to_all == {"FrontGroup": [80, 443]}


def test_every_machine_asks_for_its_metadata_by_a_token(resources: dict[str, Any]) -> None:
    templates = _of_type(resources, "EC2::LaunchTemplate")

    for each in templates.values():
        data = each["LaunchTemplateData"]
        assert data["MetadataOptions"]["HttpTokens"] == "required"
        assert [disk["Ebs"]["Encrypted"] for disk in data["BlockDeviceMappings"]] == [True]
    for each in _of_type(resources, "EC2::Instance").values():
        assert each["LaunchTemplate"]["LaunchTemplateId"]["Ref"] in templates


def test_what_is_deployed_later_neither_stops_nor_replaces_a_machine_with_a_name(
    topology: Topology, resources: dict[str, Any]
) -> None:
    instances = _of_type(resources, "EC2::Instance")

    assert set(instances) == {name.capitalize() for name in topology.machines}
    for name, each in instances.items():
        template = {"LaunchTemplateId": {"Ref": f"{name}Machine"}, "Version": "1"}
        assert each["LaunchTemplate"] == template
        # All else that would: a type, an image, user-data, a role.
        assert set(each) == {"LaunchTemplate", "NetworkInterfaces", "Tags"}


def test_one_machine_with_a_name_can_be_taken_away_and_made_anew(stack: dict[str, Any]) -> None:
    for name in stack["Parameters"]["Without"]["AllowedValues"][1:]:
        label = name.capitalize()
        gone = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Without"}, name]}]}
        assert stack["Conditions"][f"Has{label}"] == gone
        conditioned = {
            each
            for each, made in stack["Resources"].items()
            if made.get("Condition") == f"Has{label}"
        }
        brick = {f"{label}BrickAttached"} if name.startswith("nas") else set()
        assert conditioned == {label, f"{label}Away", *brick}


def test_an_update_goes_on_when_the_new_machine_can_serve(resources: dict[str, Any]) -> None:
    made = _user_data(resources)

    for group, machine, port in (
        ("SiteMachines", "SiteMachine", 6543),
        ("TracksMachines", "TracksMachine", 6544),
    ):
        update = resources[group]["UpdatePolicy"]["AutoScalingRollingUpdate"]
        assert update["WaitOnResourceSignals"] is True
        ready = f"/ops/aws/ready.sh ${{AWS::Region}} ${{AWS::StackName}} {group} {port}\n"
        assert ready in made[machine] + "\n"


def test_servers_keep_a_connection_longer_than_their_balancer(
    tmp_path: Path, topology: Topology, resources: dict[str, Any]
) -> None:
    idle = max(
        int(attribute["Value"])
        for each in _of_type(resources, "ElasticLoadBalancingV2::LoadBalancer").values()
        for attribute in each["LoadBalancerAttributes"]
        if attribute["Key"] == "idle_timeout.timeout_seconds"
    )
    own = tmp_path / "own.ini"
    own.write_text(
        describe_member(topology, "web", ["10.1.1.77"])
        + describe_member(topology, "tracks", ["10.1.2.77"]).removeprefix("[machines]\n")
    )
    render(read_topology(*topology_files("aws", own)), tmp_path)

    site = (tmp_path / "web-10-1-1-77/etc/cdpsfy/site.ini").read_text()
    edge = (tmp_path / "tracks-10-1-2-77/etc/cdpsfy/edge.conf").read_text()
    (of_site,) = re.findall(r"^channel_timeout = (\d+)$", site, re.MULTILINE)
    (of_edge,) = re.findall(r"^ +keepalive_timeout (\d+)000ms;$", edge, re.MULTILINE)
    assert int(of_site) > idle
    assert int(of_edge) > idle


def test_the_database_takes_every_title(resources: dict[str, Any]) -> None:
    settings = resources["Database"]["Properties"]["DBParameterGroupName"]["Ref"]

    assert resources[settings]["Properties"]["Parameters"]["character_set_server"] == "utf8mb4"


def test_operators_get_in_before_anything_can_fail(resources: dict[str, Any]) -> None:
    for made in _user_data(resources).values():
        commands = made.partition("runcmd:\n")[2].splitlines()
        assert "amazon-ssm-agent.deb" in commands[0]
        assert commands[2] == "  - systemctl enable --now amazon-ssm-agent"


def test_no_update_takes_away_what_is_kept(resources: dict[str, Any]) -> None:
    policy = json.loads((ROOT / "ops/aws/stack-policy.json").read_text())
    denied = {
        kind: set(each["Action"])
        for each in policy["Statement"]
        if each["Effect"] == "Deny"
        for kind in each["Condition"]["StringEquals"]["ResourceType"]
    }

    for made in resources.values():
        if "DeletionPolicy" in made:
            assert denied[made["Type"]] == {"Update:Replace", "Update:Delete"}
    assert "Update:Replace" in denied["AWS::EC2::Instance"]


def test_a_role_reads_its_own_secrets_and_does_nothing_else(resources: dict[str, Any]) -> None:
    may = {}
    for name, role in _of_type(resources, "IAM::Role").items():
        statements = [
            statement
            for policy in role.get("Policies", ())
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        may[name] = {(each["Action"], each["Resource"]["Ref"]) for each in statements}

    read, signal = "secretsmanager:GetSecretValue", "cloudformation:SignalResource"
    assert may == {
        "SiteRole": {
            (read, "TicketKeys"),
            (read, "DatabasePassword"),
            (signal, "AWS::StackId"),
        },
        "TracksRole": {(read, "TicketKeys"), (signal, "AWS::StackId")},
        "MonitorRole": {(read, "TicketKeys"), ("sns:Publish", "Alarms")},
        "NasRole": set(),
    }


def test_user_data_is_a_cloud_config_that_refers_to_what_there_is(
    tmp_path: Path, topology: Topology, stack: dict[str, Any]
) -> None:
    resources = stack["Resources"]
    known = {*stack["Parameters"], *resources, "AWS::Region", "AWS::StackName"}
    roles = {"SiteMachine": "web", "TracksMachine": "tracks", "NagiosMachine": "monitor"}

    made = _user_data(resources)

    assert set(made) == {"Nas1Machine", "Nas2Machine", "Nas3Machine", *roles}
    for name, text in made.items():
        assert {variable.partition(".")[0] for variable in variables(text)} <= known
        assert len(text.encode()) < _MOST // 2
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        said = read(path)
        assert ask_cloud_init(path) == ""
        role = roles.get(name, "nas")
        assert said["packages"] == [*manifest.PACKAGES[role], "awscli", "curl"]
        who = role if role in {"web", "tracks"} else name.removesuffix("Machine").lower()
        boot = f"{topology.cluster['home']}/ops/cloud/boot.sh aws {who}"
        assert f"until {boot}; do sleep 30; done" in said["runcmd"]


def test_no_secret_is_written_into_the_stack(stack: dict[str, Any]) -> None:
    resources = stack["Resources"]
    texts = [each for each in walk(resources) if isinstance(each, str)]

    assert resources["Database"]["Properties"]["MasterUserPassword"] == {
        "Fn::Sub": "{{resolve:secretsmanager:${DatabasePassword}}}"
    }
    assert not [text for text in texts if "SecretString" in text and "resolve" not in text]
    for made in _user_data(resources).values():
        assert "/etc/cdpsfy/secrets" not in made
        assert "resolve:" not in made
    # Each parameter is shown to whoever may look at the stack.
    for name in stack["Parameters"]:
        assert not re.search("password|secret|key", name, re.IGNORECASE)
    allowed = stack["Parameters"]["Repository"]["AllowedPattern"]
    assert re.fullmatch(allowed, "https://example.org/cdpsfy.git")
    assert not re.fullmatch(allowed, "https://me:token@example.org/cdpsfy.git")


def test_alarms_are_told_to_the_operator(resources: dict[str, Any]) -> None:
    alarms = _of_type(resources, "CloudWatch::Alarm")

    assert {"SiteUnready", "TracksUnready", "NobodyThere", "DatabaseFull", "Nas1Away"} <= set(
        alarms
    )
    for each in alarms.values():
        assert each["AlarmActions"] == [{"Ref": "Alarms"}]
    # AWS' own key for topics is closed to CloudWatch, whose alarms would be lost in silence.
    assert "KmsMasterKeyId" not in resources["Alarms"]["Properties"]
    assert "/etc/cdpsfy/topic" in _user_data(resources)["NagiosMachine"]
