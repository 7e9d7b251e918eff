// Package upkeep registers the program with OpenClaw and the system, and takes it out again.
//
// It joins the scheduled sync (package schedule), the entry among OpenClaw's MCP
// servers (package mcpentry) and the program itself into what people install and
// uninstall. The package promises that a plan changes nothing ([Upkeep.PlanSchedule],
// [Upkeep.Traces]), that OpenClaw's scheduler comes before the system's, that what
// calls the program goes before the program does, and that what could not be looked
// at is told and not taken for gone.
//
// It refuses to register a program that will not be there when it is called, to
// touch jobs and servers of others, and to remove what was archived: that is listed
// ([Upkeep.Keeps]) and stays.
package upkeep
