using MudBlazor;

namespace OrleansStream.Web.Components;

/// <summary>MudBlazor in the page's colours and in fonts that every system has: nothing is fetched from elsewhere. The same colours stand in app.css.</summary>
internal static class PageTheme
{
    private static readonly string[] Font = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "sans-serif"];

    public static readonly MudTheme Value = new()
    {
        PaletteLight = new PaletteLight { Primary = "#0b7f70", Secondary = "#5b4bd6", Background = "#f5f6fa", Surface = "#ffffff", TextPrimary = "#171a2b", TextSecondary = "#565d78", Error = "#c9304a" },
        PaletteDark = new PaletteDark { Primary = "#2dd4bf", PrimaryContrastText = "#04211d", SecondaryContrastText = "#160f3d", Secondary = "#a99cff", Background = "#0d111d", Surface = "#151b2c", TextPrimary = "#e8ebf7", TextSecondary = "#9aa3bf", Error = "#fb7185" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Font }, Button = new ButtonTypography { FontFamily = Font, TextTransform = "none", FontWeight = "650", FontSize = ".95rem", LetterSpacing = "0" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px" },
    };
}
