using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;
using GrantTo = Tandem.Operations.Grant;
using static Tandem.Tests.Operations.Drafts;

namespace Tandem.Tests.Operations;

public sealed class AccessOperationTests
{
    private static readonly DatabaseSchema Guarded = Crm with
    {
        Tables = [.. Crm.Tables.Select(t => t.Name == "customers" ? t with { RowSecurity = true } : t)],
        Sequences = [new Sequence("numbers", "bigint", 1, 1)],
        Objects =
        [
            new RowPolicy("own", "customers") { Roles = ["clerk"], Using = "status = 'new'" },
            new Routine("twice", "integer", "…"),
        ],
        Roles = [new ServerRole("clerk", false, ["staff"]), new ServerRole("reader", false, []), new ServerRole("staff", false, []), new ServerRole("boss", false, [])],
        Access =
        [
            new ObjectAccess(new ObjectName("table", "customers"), "boss")
            {
                Grants =
                [
                    new("clerk", "INSERT"), new("clerk", "SELECT"), new("clerk", "SELECT", "email"), new("reader", "SELECT", "name"),
                    new("staff", "DELETE", null, true), new("reader", "DELETE") { Grantor = "staff" },
                ],
            },
        ],
    };

    [Fact]
    public void A_grant_adds_what_the_role_has_not()
    {
        var change = Of(new GrantTo { On = "customers", Privileges = ["select", "insert", "update"], To = ["clerk"] }).Objects.Single();

        var (before, after) = ((RoleRights)change.Before!, (RoleRights)change.After!);
        before.Grants.Select(g => (g.Privilege, g.Column)).ShouldBe([("INSERT", null), ("SELECT", null), ("SELECT", "email")]);
        after.Grants.Select(g => (g.Privilege, g.Column)).ShouldBe([("INSERT", null), ("SELECT", null), ("UPDATE", null), ("SELECT", "email")]);
        change.On.ShouldBe(["customers"]);
    }

    [Fact]
    public void Rights_are_named_by_the_columns_of_the_new_version()
    {
        var draft = Of(
            new RenameColumn { Table = "customers", From = "name", To = "full_name" }, new RenameTable { From = "customers", To = "clients" },
            new GrantTo { On = "clients", Columns = ["full_name", "note"], Privileges = ["all"], To = ["reader", "public"] });

        draft.Problems.ShouldBeEmpty();
        var reader = (RoleRights)draft.Objects[0].After!;
        reader.Grants.Count.ShouldBe(8);
        reader.Grants.Select(g => g.Column).Distinct().ShouldBe(["full_name", "note"]);
        ((RoleRights)draft.Objects[0].Before!).Grants.Single().Column.ShouldBe("name");
        ((RoleRights)draft.Objects[1].After!).Role.ShouldBe("");
    }

    [Fact]
    public void What_a_later_operation_renames_or_drops_is_refused()
    {
        Codes(new GrantTo { On = "customers", Columns = ["name"], Privileges = ["update"], To = ["reader"] }, new RenameColumn { Table = "customers", From = "name", To = "full_name" })
            .ShouldContain(ProblemCodes.ObjectChangedTwice);
        Codes(new GrantTo { On = "customers", Privileges = ["update"], To = ["reader"] }, new RenameTable { From = "customers", To = "clients" })
            .ShouldContain(ProblemCodes.ObjectChangedTwice);
        Codes(new CreatePolicy { Table = "customers", Name = "other", Using = Sql("true") }, new RenameTable { From = "customers", To = "clients" })
            .ShouldContain(ProblemCodes.ObjectChangedTwice);
    }

    [Fact]
    public void What_is_there_already_is_said()
    {
        Codes(new GrantTo { On = "customers", Privileges = ["select"], To = ["clerk"] }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new GrantTo { On = "customers", Columns = ["note"], Privileges = ["select"], To = ["clerk"] }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new GrantTo { On = "customers", Privileges = ["select"], To = ["boss"] }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new Revoke { On = "customers", Privileges = ["truncate"], From = ["clerk"] }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new GrantTo { On = "twice(integer)", Kind = "function", Privileges = ["execute"], To = ["public"] }).ShouldBe([ProblemCodes.NothingToDo]);
    }

    [Fact]
    public void What_there_is_not_is_said()
    {
        Codes(new GrantTo { On = "customers", Privileges = ["select"], To = ["nobody"] }).ShouldBe([ProblemCodes.NoSuchRole]);
        Codes(new GrantTo { On = "customers", Privileges = ["read"], To = ["reader"] }).ShouldBe([ProblemCodes.NoSuchPrivilege]);
        Codes(new GrantTo { On = "customers", Columns = ["name"], Privileges = ["delete"], To = ["reader"] }).ShouldBe([ProblemCodes.NoSuchPrivilege]);
        Codes(new GrantTo { On = "customers", Columns = ["nothing"], Privileges = ["select"], To = ["reader"] }).ShouldBe([ProblemCodes.NoSuchColumn]);
        Codes(new GrantTo { On = "nothing", Privileges = ["select"], To = ["reader"] }).ShouldBe([ProblemCodes.NoSuchTable]);
        Codes(new GrantTo { On = "nothing", Kind = "sequence", Privileges = ["usage"], To = ["reader"] }).ShouldBe([ProblemCodes.NoSuchObject]);
        Codes(new GrantTo { On = "elsewhere", Kind = "schema", Privileges = ["usage"], To = ["reader"] }).ShouldBe([ProblemCodes.NoSuchObject]);
        Codes(new GrantTo { On = "numbers", Kind = "sequence", Columns = ["x"], Privileges = ["usage"], To = ["reader"] }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new GrantTo { On = "customers", Privileges = ["select"], To = ["public"], WithGrantOption = true }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new CreatePolicy { Table = "customers", Name = "x", Using = Sql("true"), Roles = ["nobody"] }).ShouldBe([ProblemCodes.NoSuchRole]);
    }

    [Fact]
    public void A_revoke_takes_the_right_on_the_table_and_on_its_columns()
    {
        var change = Of(new Revoke { On = "customers", Privileges = ["select"], From = ["clerk"] }).Objects.Single();
        ((RoleRights)change.After!).Grants.Select(g => (g.Privilege, g.Column)).ShouldBe([("INSERT", null)]);

        Of(new Revoke { On = "customers", Privileges = ["all"], From = ["clerk"] }).Objects.Single().After.ShouldBeNull();
        var twice = Of(new Revoke { On = "twice(integer)", Kind = "function", Privileges = ["execute"], From = ["public"] }).Objects.Single();
        twice.After.ShouldBeNull();
        ((RoleRights)twice.Before!).Grants.Single().Privilege.ShouldBe("EXECUTE");
    }

    [Fact]
    public void A_right_that_hangs_on_others_is_not_taken()
    {
        Codes(new Revoke { On = "customers", Columns = ["note"], Privileges = ["select"], From = ["clerk"] }).ShouldBe([ProblemCodes.RightHangs]);
        Codes(new Revoke { On = "customers", Privileges = ["delete"], From = ["staff"] }).ShouldBe([ProblemCodes.RightHangs]);
        var given = Of(new Revoke { On = "customers", Privileges = ["delete"], From = ["reader"] }).Problems.Single();
        given.Code.ShouldBe(ProblemCodes.RightHangs);
        given.Message.ShouldBe("staff gave DELETE on table customers to reader.");
    }

    [Fact]
    public void Rights_of_one_role_on_one_object_change_once()
    {
        Codes(
            new GrantTo { On = "customers", Privileges = ["update"], To = ["clerk"] },
            new Revoke { On = "customers", Privileges = ["insert"], From = ["clerk"] }).ShouldBe([ProblemCodes.ObjectChangedTwice]);
        Of(new GrantTo { On = "customers", Privileges = ["update"], To = ["clerk"] }, new Revoke { On = "customers", Privileges = ["select"], From = ["reader"] })
            .Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_plan_fits_as_long_as_the_role_has_the_rights_that_it_had()
    {
        var change = Of(new GrantTo { On = "customers", Privileges = ["update"], To = ["clerk"] }).Objects.Single();

        change.Fits(Guarded).ShouldBeTrue();
        change.Fits(Guarded with { Access = [] }).ShouldBeFalse();
    }

    [Fact]
    public void Policies_change_at_complete()
    {
        var draft = Of(
            new CreatePolicy { Table = "customers", Name = "write", Command = PolicyCommand.Update, Restrictive = true, Roles = ["reader", "clerk"], Using = Sql("id > 0"), Check = Sql("id > 1") },
            new AlterPolicy { Table = "customers", Name = "own", Roles = ["public"] });

        draft.Problems.ShouldAllBe(p => p.Code == ProblemCodes.AtComplete);
        var made = (RowPolicy)draft.Objects[0].After!;
        (made.Permissive, made.Command, made.Roles, made.Using, made.Check).ShouldBe((false, "UPDATE", ["clerk", "reader"], "id > 0", "id > 1"));
        var altered = (RowPolicy)draft.Objects[1].After!;
        (altered.Roles.Count, altered.Using).ShouldBe((0, "status = 'new'"));
        Of(new DropPolicy { Table = "customers", Name = "own" }).Objects.Single().Dropped.ShouldBeTrue();
    }

    [Fact]
    public void A_policy_that_the_server_would_not_take_is_refused()
    {
        Codes(new CreatePolicy { Table = "customers", Name = "own", Using = Sql("true") }).ShouldBe([ProblemCodes.AlreadyExists]);
        Codes(new CreatePolicy { Table = "customers", Name = "x" }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new CreatePolicy { Table = "customers", Name = "x", Command = PolicyCommand.Insert, Using = Sql("true") }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new CreatePolicy { Table = "customers", Name = "x", Command = PolicyCommand.Delete, Check = Sql("true") }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new AlterPolicy { Table = "customers", Name = "own", Roles = ["clerk"] }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new AlterPolicy { Table = "customers", Name = "none", Using = Sql("true") }).ShouldBe([ProblemCodes.NoSuchObject]);
        Codes(new DropPolicy { Table = "customers", Name = "none" }).ShouldBe([ProblemCodes.NoSuchObject]);
    }

    [Fact]
    public void A_dropped_policy_makes_room_for_another_of_its_name_on_a_renamed_table()
    {
        Codes(new RenameTable { From = "customers", To = "clients" }, new CreatePolicy { Table = "clients", Name = "own", Using = Sql("true") }).ShouldBe([ProblemCodes.AlreadyExists]);
        Codes(new DropPolicy { Table = "customers", Name = "own" }, new RenameTable { From = "customers", To = "clients" }, new CreatePolicy { Table = "clients", Name = "own", Using = Sql("true") })
            .ShouldAllBe(c => c == ProblemCodes.AtComplete);
    }

    [Fact]
    public void Row_security_is_a_setting_of_the_table()
    {
        var draft = Of(new SetRowSecurity { Table = "orders", Enabled = true, Forced = true });
        var change = draft.Changes.Single();
        (change.SettingsDiffer, change.OnlySettingsDiffer, change.ShapeDiffers).ShouldBe((true, true, false));
        (change.After!.RowSecurity, change.After.RowSecurityForced).ShouldBe((true, true));
        draft.Problems.Single().Code.ShouldBe(ProblemCodes.AtComplete);

        Codes(new SetRowSecurity { Table = "customers", Enabled = true }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new SetRowSecurity { Table = "customers" }).ShouldBe([ProblemCodes.NothingToDo]);
    }

    [Fact]
    public void Replication_tells_rows_apart_by_what_can_do_it()
    {
        Of(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Full }).Changes.Single().After!.ReplicaIdentity.ShouldBe("FULL");
        var index = Of(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Index, Index = "customers_pkey" }).Changes.Single().After!;
        (index.ReplicaIdentity, index.ReplicaIndex).ShouldBe(("USING INDEX \"customers_pkey\"", "customers_pkey"));

        Codes(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Default }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Index }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Full, Index = "customers_pkey" }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Index, Index = "nothing" }).ShouldBe([ProblemCodes.NoSuchConstraint]);

        // One that is not unique, and one whose column may be NULL.
        Codes(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Index, Index = "customers_status_idx" }).ShouldBe([ProblemCodes.NotInPlace]);
        Codes(new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Index, Index = "customers_email_key" }).ShouldBe([ProblemCodes.NotInPlace]);
    }

    [Fact]
    public void Sqlite_has_none_of_it_and_says_what_to_do()
    {
        Operation[] all =
        [
            new GrantTo { On = "customers", Privileges = ["select"], To = ["reader"] }, new Revoke { On = "customers", Privileges = ["select"], From = ["reader"] },
            new CreatePolicy { Table = "customers", Name = "own", Using = Sql("true") }, new AlterPolicy { Table = "customers", Name = "own", Using = Sql("true") },
            new DropPolicy { Table = "customers", Name = "own" }, new SetRowSecurity { Table = "customers", Enabled = true },
            new SetReplicaIdentity { Table = "customers", Identity = ReplicaIdentityKind.Full },
        ];
        foreach (var operation in all)
        {
            var draft = MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = [operation] }, Crm, "sqlite");
            var refusal = draft.Problems.First(p => p.Code != ProblemCodes.NoSuchRole);
            refusal.Code.ShouldBe(ProblemCodes.NotOnThisEngine);
            refusal.Remedy.ShouldNotBeNullOrEmpty();
            draft.Problems.Count.ShouldBe(1);
            (draft.Objects.Count + draft.Changes.Count).ShouldBe(0);
        }
    }

    private static MigrationDraft Of(params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, Guarded, "postgres");

    private static IEnumerable<ProblemCode> Codes(params Operation[] operations) => Of(operations).Problems.Select(p => p.Code);
}
