using Shouldly;
using Tandem.Migrations;
using Tandem.Schema;

namespace Tandem.Tests.Conformance;

/// <summary>A schema as the text of a file, and back.</summary>
internal static class SchemaText
{
    /// <summary>Fails unless the file that is written of a schema holds all of it, by fingerprint; gives its text.</summary>
    public static string ShouldHoldAllOf(DatabaseSchema schema, string engine)
    {
        var text = SchemaFile.Write(schema, engine);
        var read = SchemaFile.Parse(new MigrationFile("schema.yaml", text));
        read.EngineName.ShouldBe(engine);
        if (Fingerprint.Of(read.Schema) != Fingerprint.Of(schema))
        {
            SchemaDifferences.Of(schema, read.Schema).Select(d => $"{d.Object} {d.Kind} {string.Join("; ", d.Parts)}").ShouldBeEmpty();
            read.Schema.ShouldBe(schema with { Roles = [] });
        }

        SchemaFile.Write(read.Schema, engine).ShouldBe(text);
        return text;
    }
}
