// Package gallery shows every component of package ui with 演示 data: for those
// who build pages, to look at and to copy from; for tests, to hold all of it to
// the rules of accessibility and content security. Its Today and CaseFile are
// the two pages people live in.
//
// Every name, number and day in it is made up. The program does not use it.
package gallery
