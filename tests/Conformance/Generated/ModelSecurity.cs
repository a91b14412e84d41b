using System.Globalization;
using System.Text.Json.Nodes;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Row security of a table: who is not its owner sees and writes rows with small numbers in the column that guards them.</summary>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Policy">The policy's name; null where there is none, and nobody else sees anything.</param>
/// <param name="Below">The first number that is too great.</param>
internal sealed record ModelSecurity(bool Enabled, string? Policy, int Below)
{
    /// <summary>The role of those whom it concerns. Roles belong to the server, which tests share.</summary>
    public const string Role = "tandem_life_clerk";

    /// <summary>Makes the role.</summary>
    public const string MakeRole =
        $"do $$ begin create role {Role}; exception when duplicate_object or unique_violation then null; end $$";

    /// <summary>Lets it read and write what is there.</summary>
    public const string GrantAll =
        $"grant select, insert, update, delete on all tables in schema public to {Role}; grant usage on all sequences in schema public to {Role}";

    /// <summary>Whether a row is seen and may be written.</summary>
    public bool Shows(ModelTable table, Row row) =>
        !Enabled || (Policy is not null && int.Parse(row[table.Guard!.Name]!, CultureInfo.InvariantCulture) < Below);

    /// <summary>The policy's condition in the words of a version.</summary>
    public string Condition(ModelTable table) => $"{table.Guard!.Sql} < {Below.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The statements that make it.</summary>
    public IEnumerable<string> Sql(ModelTable table) =>
    [
        $"alter table {Text.Name(table.Name)} enable row level security",
        $"create policy {Text.Name(Policy!)} on {Text.Name(table.Name)} using ({Condition(table)})",
    ];
}

/// <summary>Operations on row security.</summary>
internal sealed partial class RandomOperations
{
    private void Secure(ModelTable table)
    {
        if (table.Security is not { } security || touched.Contains($"table {table.Id}") || !touched.Add($"security {table.Id}"))
        {
            return;
        }

        // The policy's text is in the names that the migration ends with.
        touched.UnionWith([$"{table.Id}.{table.Guard!.Name}", $"table {table.Id}"]);
        var below = random.Next(10, 40);
        var after = security with { Below = below == security.Below ? below + 1 : below };
        var body = new JsonObject { ["table"] = table.Name };
        switch (random.Next(4))
        {
            case 0:
                body["enabled"] = !security.Enabled;
                Object(table, "set_row_security", body, table with { Security = security with { Enabled = !security.Enabled } });
                break;
            case 1 when security.Policy is not null:
                body["name"] = security.Policy;
                Object(table, "drop_policy", body, table with { Security = security with { Policy = null } });
                break;
            case 2 or 3 when security.Policy is not null:
                body["name"] = security.Policy;
                body["using"] = after.Condition(table);
                Object(table, "alter_policy", body, table with { Security = after });
                break;
            default:
                if (security.Policy is null)
                {
                    after = after with { Policy = values.Name("policy") };
                    body["name"] = after.Policy;
                    body["using"] = after.Condition(table);
                    Object(table, "create_policy", body, table with { Security = after });
                }

                break;
        }
    }
}
