"""``r1ci probe`` with a policy of the trainer."""

from typer.testing import CliRunner

from r1ci_env.cli import app
from r1ci_env.curricula.probe_file import read_probes
from r1ci_env.records import RecordFile


def test_a_saved_policy_is_probed_and_the_probe_goes_on(policy, tmp_path):
    policy.save(tmp_path / "policy")
    file = tmp_path / "probe.jsonl"
    options = f"--agent local --model {tmp_path / 'policy'} --levels 1 --problems 2 --output {file}".split()
    for answers in (2, 3):
        done = CliRunner().invoke(app, ["probe", "ChainSum", "LCM", *options, "--answers", str(answers)])
        assert done.exit_code == 0, done.output
        assert [probe.answers for probe in read_probes(file)] == [answers] * 4
    lines = [(line["problem"], line["sample"]) for line in RecordFile(file)]
    assert len(lines) == len(set(lines)) == 12
    assert all(line["tokens"] > 0 for line in RecordFile(file))
