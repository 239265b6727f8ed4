// Package feeds brings recordings that others made, in the formats they publish, to where rows of the
// store can be made of them: a file or an address, packed or not, checked as a whole before the first
// row is handed out. So a file that is not what it claims harms nothing.
//
// Its subpackages know one format each. It publishes nothing: whoever imports sends the rows on.
package feeds
